import assert from "node:assert/strict";

import type { WatchEvent } from "./api.ts";
import { POD } from "./resources.ts";
import { startFakeClient } from "./testing/fake_client.ts";
import { until } from "./testing/until.ts";

const POD_PATH = "/api/v1/namespaces/a/pods/x";
const pod = { metadata: { name: "x", namespace: "a" } };
const fromStart = { sendInitialEvents: true, timeoutSeconds: 300 } as const;

async function collect(events: AsyncIterable<WatchEvent>, into: string[]): Promise<void> {
  for await (const event of events) into.push(event.type);
}

Deno.test("watch() yields the present state, a bookmark and then news", async () => {
  await using fake = await startFakeClient();
  fake.server.objects.put(POD_PATH, pod);
  const types: string[] = [];
  const watching = collect(fake.api.watch(POD, fromStart), types);
  await until(() => types.length === 2, "the present state came");
  fake.server.objects.put(POD_PATH, pod);
  fake.server.objects.remove(POD_PATH);
  await until(() => types.length === 4, "the news came");
  assert.deepEqual(types, ["ADDED", "BOOKMARK", "MODIFIED", "DELETED"]);
  for (const watch of fake.server.watches) watch.end();
  await watching;
  const search = fake.server.requests[0]?.search;
  assert.equal(search?.get("allowWatchBookmarks"), "true");
  assert.equal(search?.get("resourceVersionMatch"), "NotOlderThan");
});

Deno.test("watch() gives its turn back once it has begun", async () => {
  await using fake = await startFakeClient();
  const controller = new AbortController();
  const watches = Array.from(
    { length: 12 },
    () => collect(fake.api.watch(POD, fromStart, { signal: controller.signal }), []),
  );
  await until(() => fake.server.watches.size === 12, "more watches than may be in flight are open");
  controller.abort(new Error("enough"));
  for (const watching of watches) await assert.rejects(watching, /enough/);
});

Deno.test("watch() outlives its deadline once it has begun", async () => {
  await using fake = await startFakeClient();
  const types: string[] = [];
  const watching = collect(fake.api.watch(POD, fromStart, { deadlineMs: 50 }), types);
  await until(() => types.length === 1, "the watch began");
  await fake.clock.advance(60_000);
  fake.server.objects.put(POD_PATH, pod);
  await until(() => types.length === 2, "news came");
  for (const watch of fake.server.watches) watch.end();
  await watching;
});

Deno.test("watch() throws when a request meets its deadline and nothing came meanwhile", async () => {
  await using fake = await startFakeClient();
  const types: string[] = [];
  const watching = collect(fake.api.watch(POD, fromStart), types);
  await until(() => types.length === 1, "the watch began");
  fake.server.fault("any", { kind: "freeze" });
  const creating = fake.api.create(POD, pod, { namespace: "a", deadlineMs: 5_000 });
  await until(() => fake.clock.sleepers().includes(5_000), "the request waits");
  const [broken, refused] = [
    assert.rejects(watching, { name: "TransportError", failure: "silent" }),
    assert.rejects(creating, { name: "TransportError", failure: "timeout" }),
  ];
  await fake.clock.advance(5_000);
  await Promise.all([broken, refused]);
});

Deno.test("watch() goes on when a request meets its deadline and something came meanwhile", async () => {
  await using fake = await startFakeClient();
  const types: string[] = [];
  const watching = collect(fake.api.watch(POD, fromStart), types);
  await until(() => types.length === 1, "the watch began");
  fake.server.fault("any", { kind: "freeze" });
  const creating = fake.api.create(POD, pod, { namespace: "a", deadlineMs: 5_000 });
  await until(() => fake.clock.sleepers().includes(5_000), "the request waits");
  await fake.clock.advance(1);
  fake.server.objects.put(POD_PATH, pod);
  await until(() => types.length === 2, "news came");
  const refused = assert.rejects(creating, { name: "TransportError", failure: "timeout" });
  await fake.clock.advance(4_999);
  await refused;
  fake.server.objects.put(POD_PATH, pod);
  await until(() => types.length === 3, "more news came");
  for (const watch of fake.server.watches) watch.end();
  await watching;
});

Deno.test("watch() leaves the server when its consumer stops", async () => {
  await using fake = await startFakeClient();
  for await (const event of fake.api.watch(POD, fromStart)) {
    assert.equal(event.type, "BOOKMARK");
    break;
  }
  await until(() => fake.server.watches.size === 0, "the server saw the client leave");
});

const broken: Record<string, { kind: "reset" | "truncate" | "garbage" | "page"; error: string }> = {
  "the connection is reset": { kind: "reset", error: "TransportError" },
  "it ends within a line": { kind: "truncate", error: "SyntaxError" },
  "a line is no JSON": { kind: "garbage", error: "SyntaxError" },
  "a proxy's page comes": { kind: "page", error: "SyntaxError" },
};
for (const [sentence, { kind, error }] of Object.entries(broken)) {
  Deno.test(`watch() throws when ${sentence}`, async () => {
    await using fake = await startFakeClient();
    fake.server.fault("watch", { kind });
    await assert.rejects(collect(fake.api.watch(POD, fromStart), []), { name: error });
  });
}

Deno.test("watch() throws an ApiError when it is refused", async () => {
  await using fake = await startFakeClient();
  fake.server.fault("watch", { kind: "status", code: 410, reason: "Expired" });
  const watching = collect(fake.api.watch(POD, { resourceVersion: "1", timeoutSeconds: 1 }), []);
  await assert.rejects(watching, { name: "ApiError", code: 410, isGone: true });
});

Deno.test("watch() ends when aborted after its body came in many small chunks", async () => {
  await using fake = await startFakeClient();
  for (const each of ["x", "y"]) fake.server.objects.put(`/api/v1/namespaces/a/pods/${each}`, pod);
  fake.server.fault("watch", { kind: "dribble" });
  const controller = new AbortController();
  const types: string[] = [];
  const watching = collect(fake.api.watch(POD, fromStart, { signal: controller.signal }), types);
  await until(() => types.length === 3, "the present state came");
  controller.abort(new Error("enough"));
  await assert.rejects(watching, /enough/);
});
