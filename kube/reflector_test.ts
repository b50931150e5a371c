import assert from "node:assert/strict";

import { createReflector } from "./reflector.ts";
import { POD } from "./resources.ts";
import { startFakeClient } from "./testing/fake_client.ts";
import { createRecordingLogger } from "./testing/recording_logger.ts";
import { kinds, lastWatch, startRig } from "./testing/reflector_rig.ts";
import { until } from "./testing/until.ts";

Deno.test("run() takes the present state from the watch itself and follows it", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  assert.deepEqual(rig.reflector.state(), {
    synced: false,
    lastHeardAtMs: undefined,
    silentForMs: undefined,
    size: 0,
    relists: 0,
    restarts: 0,
    failure: undefined,
    unreadable: [],
  });
  await rig.settle(["1"]);
  rig.put("x", "2");
  rig.put("y", "é");
  await rig.settle(["2", "é"]);
  rig.remove("x");
  await rig.settle(["é"]);
  assert.equal(rig.server.requests.length, 1);
  assert.equal(rig.reflector.get("a/y"), "é");
  assert.deepEqual(kinds(rig.changes), ["added a/x", "updated a/x", "added a/y", "deleted a/x"]);
});

Deno.test("run() lists in pages and watches on when the server refuses WatchList", async () => {
  await using rig = await startRig();
  rig.server.watchList = false;
  for (let index = 0; index < 501; index++) rig.put(`x${index}`, "1");
  await rig.settle(Array.from({ length: 501 }, () => "1"));
  const lists = rig.server.requests.filter((request) => !request.search.has("watch"));
  assert.deepEqual(lists.map((request) => request.search.get("limit")), ["500", "500"]);
  assert.equal(lastWatch(rig).get("resourceVersion"), String(rig.server.objects.resourceVersion));
});

Deno.test("run() begins a list again when its continue token expired", async () => {
  await using rig = await startRig();
  rig.server.watchList = false;
  for (let index = 0; index < 501; index++) rig.put(`x${index}`, "1");
  rig.server.fault("list", { kind: "none" });
  rig.server.fault("list", { kind: "status", code: 410, reason: "Expired" });
  await rig.settle(Array.from({ length: 501 }, () => "1"));
  const lists = rig.server.requests.filter((request) => !request.search.has("watch"));
  assert.deepEqual(lists.map((list) => list.search.get("continue")), [null, "500", null, "500"]);
});

Deno.test("run() goes on when a handler throws or rejects", async () => {
  let calls = 0;
  await using rig = await startRig({
    onChange(): void | Promise<void> {
      calls++;
      if (calls === 1) throw new Error("thrown");
      return Promise.reject(new Error("rejected"));
    },
  });
  rig.put("x", "1");
  rig.put("y", "2");
  await rig.settle(["1", "2"]);
  const errors = rig.log.lines.filter((line) => line.level === "error");
  assert.deepEqual(errors.map((line) => line.fields["error"]), ["thrown", "rejected"]);
});

Deno.test("run() passes over an object that cannot be projected and reports it", async () => {
  const reported: string[] = [];
  await using rig = await startRig({
    project(object): string {
      if (object["value"] === "poison") throw new TypeError("unknown shape");
      return String(object["value"]);
    },
    onUnreadable: (key) => reported.push(key),
  });
  rig.put("x", "poison");
  rig.put("y", "2");
  await rig.settle(["2"]);
  assert.deepEqual(reported, ["a/x"]);
  assert.deepEqual(rig.reflector.state().unreadable, ["a/x"]);
  assert.equal(rig.reflector.state().size, 1);
});

Deno.test("observe() shows an own write before the watch does", async () => {
  await using rig = await startRig();
  const stored = rig.put("x", "1");
  await rig.settle(["1"]);
  const metadata = { name: "x", namespace: "a", uid: "uid-1", resourceVersion: "999" };
  rig.reflector.observe({ ...stored, metadata, value: "own" });
  assert.deepEqual(rig.reflector.list(), ["own"]);
});

Deno.test("run() rejects when it runs already", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  await assert.rejects(rig.reflector.run(new AbortController().signal), TypeError);
});

Deno.test("run() resolves and leaves no timer when aborted", async () => {
  await using client = await startFakeClient();
  const reflector = createReflector<string>({
    api: client.api,
    resource: POD,
    project: () => "x",
    onChange(): void {},
    clock: client.clock,
    random: () => 0.5,
    log: createRecordingLogger(),
  });
  const stopping = new AbortController();
  const running = reflector.run(stopping.signal);
  await until(() => client.server.watches.size === 1, "the watch is open");
  stopping.abort();
  await running;
  assert.deepEqual(client.clock.sleepers(), []);
  await until(() => client.server.watches.size === 0, "the server saw the client leave");
});
