import assert from "node:assert/strict";

import { ApiError, type JsonObject, type Patch } from "./api.ts";
import { LEASE, PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "./resources.ts";
import { startFakeClient } from "./testing/fake_client.ts";
import { until } from "./testing/until.ts";
import { type Transport, TransportError } from "./transport.ts";

const POD_PATH = "/api/v1/namespaces/a/pods/x";
const pod = { metadata: { name: "x", namespace: "a" }, spec: { image: "é" } };
const name = { namespace: "a", name: "x" };

Deno.test("get() resolves to the object", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  const found = await fake.api.get(POD, name);
  assert.deepEqual(found["spec"], { image: "é" });
});

Deno.test("get() rejects with an ApiError when there is no such object", async () => {
  await using fake = await startFakeClient();
  await assert.rejects(fake.api.get(POD, name), (error) => {
    assert.ok(error instanceof ApiError && error.isNotFound);
    assert.equal(error.reason, "NotFound");
    assert.match(error.message, /^Cannot GET \/api\/v1\/namespaces\/a\/pods\/x: .*404 NotFound/);
    return true;
  });
  assert.equal(fake.server.requests.length, 1);
});

Deno.test("list() sends its query and follows no pages by itself", async () => {
  await using fake = await startFakeClient();
  for (const each of ["x", "y", "z"]) {
    fake.server.objects.put(`/api/v1/namespaces/a/pods/${each}`, pod);
  }
  const first = await fake.api.list(POD, { limit: 2, labelSelector: "a=b,c" });
  assert.equal(first.items.length, 2);
  assert.equal(first.continue, "2");
  assert.equal(first.resourceVersion, "103");
  const last = await fake.api.list(POD, { limit: 2, continue: "2" });
  assert.equal(last.items.length, 1);
  assert.equal(last.continue, undefined);
  assert.equal(fake.server.requests[0]?.search.get("labelSelector"), "a=b,c");
});

const passing = [429, 502, 503, 504] as const;
for (const code of passing) {
  Deno.test(`get() tries again when the server answered ${code}`, async () => {
    await using fake = await startFakeClient();
    fake.server.objects.put(POD_PATH, pod);
    for (let n = 0; n < 4; n++) fake.server.fault("any", { kind: "status", code, reason: "Busy" });
    await fake.api.get(POD, name);
    assert.equal(fake.server.requests.length, 5);
  });
}

Deno.test("get() gives up after five tries", async () => {
  await using fake = await startFakeClient();
  for (let n = 0; n < 9; n++) fake.server.fault("any", { kind: "status", code: 503, reason: "" });
  await assert.rejects(fake.api.get(POD, name), { name: "ApiError", code: 503 });
  assert.equal(fake.server.requests.length, 5);
});

Deno.test("get() does not try again after a failure that time does not cure", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "status", code: 403, reason: "Forbidden" });
  await assert.rejects(fake.api.get(POD, name), { name: "ApiError", code: 403 });
  assert.equal(fake.server.requests.length, 1);
});

Deno.test("get() waits as long as Retry-After asks", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  fake.server.fault("any", { kind: "status", code: 429, reason: "", retryAfterSeconds: 2 });
  const getting = fake.api.get(POD, name);
  await until(() => fake.clock.sleepers().includes(2_000), "the client waits 2 s");
  assert.equal(fake.server.requests.length, 1);
  await fake.clock.advance(2_000);
  await getting;
});

Deno.test("get() hands on a 429 that asks for a very long wait", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "status", code: 429, reason: "", retryAfterSeconds: 31 });
  await assert.rejects(fake.api.get(POD, name), { code: 429, retryAfterMs: 31_000 });
  assert.equal(fake.server.requests.length, 1);
});

for (const kind of ["reset", "truncate"] as const) {
  Deno.test(`get() tries again when the connection breaks: ${kind}`, async () => {
    await using fake = await startFakeClient();
    fake.server.objects.put(POD_PATH, pod);
    fake.server.fault("any", { kind });
    await fake.api.get(POD, name);
    assert.equal(fake.server.requests.length, 2);
  });
}

Deno.test("get() tries again when no answer comes before the deadline", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  fake.server.fault("any", { kind: "freeze" });
  const getting = fake.api.get(POD, name, { deadlineMs: 500 });
  await until(() => fake.server.requests.length === 1, "the request arrived");
  await fake.clock.advance(500);
  await getting;
  assert.equal(fake.server.requests.length, 2);
});

Deno.test("create() abandons pooled connections after a timeout, which may be half-open", async () => {
  let renewals = 0;
  const transport: Transport = {
    send: (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    renew: () => renewals++,
    close(): void {},
  };
  await using fake = await startFakeClient({}, { transport });
  const creating = fake.api.create(POD, pod, { namespace: "a", deadlineMs: 500 });
  const rejected = assert.rejects(creating, { name: "TransportError", failure: "timeout" });
  await fake.clock.advance(500);
  await rejected;
  assert.equal(renewals, 1);
});

Deno.test("get() rejects with the caller's reason when aborted", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "freeze" });
  const controller = new AbortController();
  const getting = fake.api.get(POD, name, { signal: controller.signal });
  await until(() => fake.server.requests.length === 1, "the request arrived");
  controller.abort(new Error("shutting down"));
  await assert.rejects(getting, /shutting down/);
  assert.equal(fake.server.requests.length, 1);
  assert.deepEqual(fake.clock.sleepers(), []);
});

Deno.test("get() reads characters that the network cut", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  fake.server.fault("any", { kind: "dribble" });
  assert.deepEqual((await fake.api.get(POD, name))["spec"], { image: "é" });
});

Deno.test("get() does not follow a redirect", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "redirect", location: `${fake.server.url}/elsewhere` });
  await assert.rejects(fake.api.get(POD, name), { name: "ApiError", code: 302 });
  assert.equal(fake.server.requests.length, 1);
});

Deno.test("get() rejects without quoting it when a proxy's page comes", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  fake.server.fault("any", { kind: "page" });
  await assert.rejects(fake.api.get(POD, name), (error) => {
    assert.ok(error instanceof SyntaxError);
    assert.doesNotMatch(error.message, /sign in/);
    return true;
  });
});

Deno.test("create() is sent once whatever happens", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "reset" });
  const creating = fake.api.create(POD, pod, { namespace: "a" });
  await assert.rejects(creating, (error) => error instanceof TransportError);
  assert.equal(fake.server.requests.length, 1);
});

Deno.test("create() addresses a subresource", async () => {
  await using fake = await startFakeClient();
  await fake.api.create(POD, pod, { namespace: "a", name: "x", subresource: "eviction" });
  assert.equal(fake.server.requests[0]?.path, `${POD_PATH}/eviction`);
});

const patches: Record<string, { patch: Patch; contentType: string; tries: number }> = {
  "a merge patch without resourceVersion": {
    patch: { type: "merge", body: { metadata: { labels: { a: "b" } } } },
    contentType: "application/merge-patch+json",
    tries: 1,
  },
  "a merge patch with resourceVersion": {
    patch: { type: "merge", body: { metadata: { resourceVersion: "7" } } },
    contentType: "application/merge-patch+json",
    tries: 5,
  },
  "a JSON patch without test": {
    patch: { type: "json", body: [{ op: "add", path: "/a", value: 1 }] },
    contentType: "application/json-patch+json",
    tries: 1,
  },
  "a JSON patch that tests resourceVersion": {
    patch: { type: "json", body: [{ op: "test", path: "/metadata/resourceVersion", value: "7" }] },
    contentType: "application/json-patch+json",
    tries: 5,
  },
  "an apply": {
    patch: { type: "apply", body: {}, force: true },
    contentType: "application/apply-patch+yaml",
    tries: 5,
  },
};
for (const [sentence, { patch, contentType, tries }] of Object.entries(patches)) {
  Deno.test(`patch() sends ${sentence} up to ${tries} times`, async () => {
    await using fake = await startFakeClient();
    for (let n = 0; n < 9; n++) fake.server.fault("any", { kind: "status", code: 503, reason: "" });
    const options = { fieldManager: "me", dryRun: true, subresource: "status" };
    await assert.rejects(fake.api.patch(PERSISTENT_VOLUME_CLAIM, name, patch, options));
    assert.equal(fake.server.requests.length, tries);
    const request = fake.server.requests[0];
    assert.equal(request?.headers["content-type"], contentType);
    assert.equal(request?.search.get("fieldManager"), "me");
    assert.equal(request?.search.get("dryRun"), "All");
    assert.equal(request?.search.get("force"), patch.type === "apply" ? "true" : null);
    assert.match(request?.path ?? "", /\/x\/status$/);
  });
}

Deno.test("patch() refuses an apply without fieldManager", async () => {
  await using fake = await startFakeClient();
  await assert.rejects(fake.api.patch(POD, name, { type: "apply", body: {} }), TypeError);
});

Deno.test("replace() is sent again only when it names a resourceVersion", async () => {
  await using fake = await startFakeClient();
  for (let n = 0; n < 6; n++) fake.server.fault("any", { kind: "reset" });
  await assert.rejects(fake.api.replace(LEASE, name, {}, { lane: "lease" }));
  assert.equal(fake.server.requests.length, 1);
  const object: JsonObject = { metadata: { resourceVersion: "7" } };
  await assert.rejects(fake.api.replace(LEASE, name, object, { lane: "lease" }));
  assert.equal(fake.server.requests.length, 6);
});

Deno.test("delete() states its preconditions and is sent again only with one", async () => {
  await using fake = await startFakeClient();
  for (let n = 0; n < 6; n++) fake.server.fault("any", { kind: "reset" });
  await assert.rejects(fake.api.delete(STORAGE_CLASS, { name: "fast" }));
  assert.equal(fake.server.requests.length, 1);
  await assert.rejects(fake.api.delete(STORAGE_CLASS, { name: "fast" }, { uid: "u" }));
  assert.equal(fake.server.requests.length, 6);
  assert.deepEqual(fake.server.requests[1]?.body, {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    preconditions: { uid: "u" },
  });
});

Deno.test("delete() removes the object", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  await fake.api.delete(POD, name);
  assert.equal(fake.server.objects.get(POD_PATH), undefined);
});

Deno.test("close() ends calls under way", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("any", { kind: "freeze" });
  const getting = fake.api.get(POD, name);
  await until(() => fake.server.requests.length === 1, "the request arrived");
  fake.api.close();
  await assert.rejects(getting, /closed/);
});
