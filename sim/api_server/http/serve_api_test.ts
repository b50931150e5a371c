import assert from "node:assert/strict";

import { ApiError } from "../../../kube/api.ts";
import { createReflector } from "../../../kube/reflector.ts";
import { NAMESPACE, POD, TOKEN_REVIEW } from "../../../kube/resources.ts";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../../kube/testing/recording_logger.ts";
import { until } from "../../../kube/testing/until.ts";
import type { ApiServer } from "../api_server.ts";
import { createApiServer } from "../create_api_server.ts";
import { serveApi } from "./serve_api.ts";
import { startHttpRig, STORAGE_POLICY } from "./testing/http_rig.ts";

const name = { namespace: "a", name: "x" };
const policy = {
  apiVersion: "cnpg.supporttools.io/v1alpha1",
  kind: "StoragePolicy",
  metadata: { name: "x" },
  spec: { selector: { matchLabels: { tier: "gold" } } },
};
const pod = { metadata: { name: "x" }, spec: { containers: [{ name: "postgres" }] } };

Deno.test("serveApi() stores what is created and gives it back", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(STORAGE_POLICY, policy, { namespace: "a" });
  const found = await rig.api.get(STORAGE_POLICY, name);
  assert.deepEqual(found["spec"], policy.spec);
  assert.equal(found["kind"], "StoragePolicy");
});

Deno.test("serveApi() lists page by page", async () => {
  await using rig = await startHttpRig();
  for (const each of ["x", "y", "z"]) {
    await rig.api.create(POD, { ...pod, metadata: { name: each } }, { namespace: "a" });
  }
  const first = await rig.api.list(POD, { namespace: "a", limit: 2 });
  assert.equal(first.items.length, 2);
  const rest = await rig.api.list(POD, { namespace: "a", limit: 2, continue: first.continue });
  assert.equal(rest.items.length, 1);
  assert.equal(rest.continue, undefined);
  assert.equal((await rig.api.list(POD, {})).items.length, 3);
  assert.equal((await rig.api.list(POD, { fieldSelector: "metadata.name=y" })).items.length, 1);
});

Deno.test("serveApi() takes the three kinds of patches", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(STORAGE_POLICY, policy, { namespace: "a" });
  const labelled = { ...policy, metadata: { name: "x", annotations: { a: "b" } } };
  const manager = { fieldManager: "test" };
  await rig.api.patch(STORAGE_POLICY, name, { type: "apply", body: labelled }, manager);
  await rig.api.patch(STORAGE_POLICY, name, { type: "merge", body: { spec: { dryRun: true } } });
  const operation = { op: "add", path: "/metadata/labels", value: { a: "b" } };
  const patched = await rig.api.patch(STORAGE_POLICY, name, { type: "json", body: [operation] });
  assert.deepEqual(patched["spec"], { ...policy.spec, dryRun: true });
  assert.deepEqual(rig.server.find(STORAGE_POLICY, name)?.["metadata"], patched["metadata"]);
});

Deno.test("serveApi() writes status by its subresource alone", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(POD, pod, { namespace: "a" });
  const patch = { type: "merge", body: { status: { phase: "Running" } } } as const;
  assert.deepEqual((await rig.api.patch(POD, name, patch))["status"], { phase: "Pending" });
  const patched = await rig.api.patch(POD, name, patch, { subresource: "status" });
  assert.deepEqual(patched["status"], { phase: "Running" });
});

Deno.test("serveApi() stores nothing in a dry run", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(POD, pod, { namespace: "a", dryRun: true });
  assert.equal(rig.server.find(POD, name), undefined);
  const wrong = await rig.request("/api/v1/namespaces/a/pods?dryRun=Some", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(pod),
  });
  assert.equal(wrong.status, 422);
  await wrong.body?.cancel();
});

Deno.test("serveApi() replaces only what has not changed since", async () => {
  await using rig = await startHttpRig();
  const created = await rig.api.create(POD, pod, { namespace: "a" });
  await rig.api.replace(POD, name, created);
  await rig.api.patch(POD, name, { type: "merge", body: { metadata: { labels: { a: "b" } } } });
  await assert.rejects(rig.api.replace(POD, name, created), { code: 409, reason: "Conflict" });
});

Deno.test("serveApi() deletes only the object that is meant", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(POD, pod, { namespace: "a" });
  await assert.rejects(rig.api.delete(POD, name, { uid: "another" }), { code: 409 });
  await assert.rejects(rig.api.delete(POD, name, { resourceVersion: "1" }), { code: 409 });
  await rig.api.delete(POD, name);
  assert.equal(rig.server.find(POD, name), undefined);
  await assert.rejects(rig.api.get(POD, name), { code: 404, reason: "NotFound" });
});

Deno.test("serveApi() answers a TokenReview by whoever may ask", async () => {
  await using rig = await startHttpRig();
  const token = rig.server.issueToken({
    user: "system:serviceaccount:a:agent",
    uid: "1",
    groups: [],
    audiences: ["manager"],
    expiresAtMs: rig.clock.now() + 60_000,
  });
  const review = await rig.api.create(TOKEN_REVIEW, { spec: { token, audiences: ["manager"] } });
  assert.deepEqual(review["status"], {
    authenticated: true,
    audiences: ["manager"],
    user: { username: "system:serviceaccount:a:agent", uid: "1", groups: [] },
  });
});

Deno.test("serveApi() keeps a reflector up to date, also when it has to begin again", async () => {
  await using rig = await startHttpRig();
  await rig.api.create(POD, pod, { namespace: "a" });
  const stopping = new AbortController();
  const clock = createFakeClock();
  const reflector = createReflector<string>({
    api: rig.api,
    resource: POD,
    project: (object) => JSON.stringify(object["spec"]),
    onChange: () => {},
    clock,
    random: () => 0,
    log: createRecordingLogger(),
  });
  const running = reflector.run(stopping.signal);
  await until(() => reflector.state().synced && reflector.state().size === 1, "the pod is seen");
  rig.server.create(NAMESPACE, { metadata: { name: "b" } }, { user: "test" });
  rig.server.create(POD, pod, { namespace: "b", user: "test" });
  await until(() => reflector.state().size === 2, "the second pod is seen");
  rig.server.delete(POD, name, { user: "test" });
  await until(() => reflector.state().size === 1, "the first pod is gone");
  stopping.abort();
  await running;
});

Deno.test("serveApi() tells a watch that its version is gone", async () => {
  await using rig = await startHttpRig();
  rig.server.create(POD, pod, { namespace: "a", user: "test" });
  rig.server.delete(POD, name, { user: "test" });
  rig.server.compact();
  const query = { resourceVersion: "1", timeoutSeconds: 60 };
  const types: string[] = [];
  for await (const { type, object } of rig.api.watch(POD, query)) {
    types.push(type);
    assert.equal(object["code"], 410);
  }
  assert.deepEqual(types, ["ERROR"]);
});

Deno.test("serveApi() ends a watch when its time is over", async () => {
  await using rig = await startHttpRig();
  const { resourceVersion } = await rig.api.list(POD, {});
  const watch = rig.api.watch(POD, { resourceVersion, timeoutSeconds: 5 });
  const events = watch[Symbol.asyncIterator]();
  const ended = events.next();
  const opened = new Promise<void>((resolve) => {
    const stop = rig.server.audit(({ verb }) => {
      if (verb !== "watch") return;
      stop();
      resolve();
    });
  });
  await opened;
  rig.server.step(rig.clock.now() + 5_000);
  assert.equal((await ended).done, true);
});

Deno.test("serveApi() stops watching for clients that leave, and for all when it shuts down", async () => {
  await using rig = await startHttpRig();
  let open = 0;
  const server: ApiServer = {
    ...rig.server,
    watch(...parameters): () => void {
      const stop = rig.server.watch(...parameters);
      open += 1;
      return () => {
        open -= 1;
        stop();
      };
    },
  };
  const { clock } = rig;
  const users = { anonymousUser: "kubernetes-admin" };
  const served = await serveApi({ server, host: "127.0.0.1", port: 0, clock, ...users });
  const leaving = new AbortController();
  const path = `${served.url}/api/v1/pods?watch=true&resourceVersion=1`;
  await fetch(path, { signal: leaving.signal });
  const staying = await fetch(path);
  assert.equal(open, 2);
  leaving.abort();
  await until(() => open === 1, "the watch of the client that left has ended");
  await served.shutdown();
  assert.equal(open, 0);
  await assert.rejects(staying.text());
});

Deno.test("serveApi() shuts down with watches open and requests delayed", async () => {
  const delayed = { kind: "delayed", durationMs: 60_000 } as const;
  const rig = await startHttpRig({
    faults: ({ verb }) => verb === "get" ? delayed : undefined,
  });
  const waiting = assert.rejects(rig.request("/api/v1/namespaces/a/pods/x"), TypeError);
  const events = rig.api.watch(POD, { sendInitialEvents: true, timeoutSeconds: 60 });
  const iterator = events[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).value?.type, "BOOKMARK");
  const broken = assert.rejects(
    iterator.next().then(({ done }) => {
      if (done) throw new Error("ended");
    }),
  );
  await until(() => rig.clock.sleepers().length === 1, "a request is delayed");
  await rig.served.shutdown();
  await Promise.all([waiting, broken]);
  rig.api.close();
});

Deno.test("serveApi() lets nobody in without a token beyond loopback", async () => {
  const clock = createFakeClock();
  const server = createApiServer({ resources: [], admissions: [], clock, random: Math.random });
  const options = { server, host: "0.0.0.0", port: 0, clock, anonymousUser: "kubernetes-admin" };
  await assert.rejects(serveApi(options), /expected a loopback address/);
});

Deno.test("serveApi() rejects when the port is taken", async () => {
  await using rig = await startHttpRig();
  const { server, clock, served } = rig;
  const options = { server, host: "127.0.0.1", port: served.port, clock };
  await assert.rejects(serveApi(options), (error) => !(error instanceof ApiError));
});
