import assert from "node:assert/strict";

import type { JsonObject } from "./api.ts";
import type { Change } from "./object_cache.ts";
import { createReflector, type Reflector, type ReflectorOptions } from "./reflector.ts";
import { POD } from "./resources.ts";
import { type FakeClient, startFakeClient } from "./testing/fake_client.ts";
import type { Fault } from "./testing/faults.ts";
import { createRecordingLogger, type RecordingLogger } from "./testing/recording_logger.ts";
import { until } from "./testing/until.ts";

interface Rig extends FakeClient {
  readonly reflector: Reflector<string>;
  readonly changes: Change<string>[];
  readonly log: RecordingLogger;
  /** Puts a Pod whose picture is `value`. */
  put(name: string, value: string): JsonObject;
  remove(name: string): void;
  /** Waits until the picture is this, letting the back-offs pass that the reflector logs. */
  settle(values: readonly string[]): Promise<void>;
}

function pathOf(name: string): string {
  return `/api/v1/namespaces/a/pods/${name}`;
}

async function startRig(options: Partial<ReflectorOptions<string>> = {}): Promise<Rig> {
  const client = await startFakeClient();
  const { server, api, clock } = client;
  const changes: Change<string>[] = [];
  const log = createRecordingLogger();
  const reflector = createReflector<string>({
    api,
    resource: POD,
    project: (object) => String(object["value"]),
    onChange(change): void {
      changes.push(change);
    },
    clock,
    random: () => 0.5,
    log,
    ...options,
  });
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let passed = 0;
  function values(): string {
    return [...reflector.list()].sort().join();
  }
  return {
    ...client,
    reflector,
    changes,
    log,
    put: (name, value) =>
      server.objects.put(pathOf(name), { metadata: { name, namespace: "a" }, value }),
    remove: (name) => server.objects.remove(pathOf(name)),
    async settle(expected: readonly string[]): Promise<void> {
      running ??= reflector.run(stopping.signal);
      const text = [...expected].sort().join();
      for (let rounds = 0; rounds < 200; rounds++) {
        if (values() === text && reflector.state().synced && server.watches.size > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 2));
        const waits = log.lines.flatMap((line) => line.fields["waitMs"] ?? []);
        if (waits.length > passed) await clock.advance(Number(waits[passed++]));
      }
      assert.equal(values(), text);
      throw new Error(`not settled: ${Deno.inspect([reflector.state(), log.lines.slice(-3)])}`);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort();
      await running;
      await client[Symbol.asyncDispose]();
    },
  };
}

function kinds(changes: readonly Change<string>[]): string[] {
  return changes.map((change) => `${change.kind} ${change.key}`);
}

function lastWatch(rig: Rig): URLSearchParams {
  const search = rig.server.requests.filter((request) => request.search.has("watch")).at(-1)
    ?.search;
  assert.ok(search);
  return search;
}

Deno.test("run() takes the present state from the watch itself and follows it", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  assert.deepEqual(rig.reflector.state(), {
    synced: false,
    lastHeardAtMs: undefined,
    silentForMs: undefined,
    size: 0,
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

const survivals: Record<string, readonly Fault[]> = {
  "resets": [{ kind: "reset" }, { kind: "reset" }],
  "ends in good order": [{ kind: "end" }, { kind: "end" }],
  "lines that break off": [{ kind: "truncate" }],
  "lines that are no JSON": [{ kind: "garbage" }],
  "characters that are cut": [{ kind: "dribble" }],
  "410 as an answer": [{ kind: "status", code: 410, reason: "Expired" }],
  "410 as an event": [{ kind: "error-event", code: 410, reason: "Expired" }],
  "a failure as an event": [{ kind: "error-event", code: 500, reason: "InternalError" }],
  "429 with Retry-After": [{ kind: "status", code: 429, reason: "", retryAfterSeconds: 7 }],
  "503": [{ kind: "status", code: 503, reason: "ServiceUnavailable" }],
  "duplicates": [{ kind: "duplicates" }],
  "versions that run backwards": [{ kind: "replay" }],
  "redirects": [{ kind: "redirect", location: "/" }],
  "pages of a proxy": [{ kind: "page" }],
};
for (const [sentence, faults] of Object.entries(survivals)) {
  Deno.test(`run() survives ${sentence} at its start`, async () => {
    await using rig = await startRig();
    rig.put("x", "é1");
    for (const fault of faults) rig.server.fault("watch", fault);
    await rig.settle(["é1"]);
    rig.put("y", "2");
    await rig.settle(["2", "é1"]);
    assert.deepEqual(kinds(rig.changes), ["added a/x", "added a/y"]);
  });

  Deno.test(`run() survives ${sentence} when it watches on`, async () => {
    await using rig = await startRig();
    rig.put("x", "é1");
    await rig.settle(["é1"]);
    for (const fault of faults) rig.server.fault("watch", fault);
    for (const watch of rig.server.watches) watch.reset();
    await until(() => rig.reflector.state().restarts > 0, "the break was noticed");
    rig.put("x", "é2");
    rig.put("y", "3");
    await rig.settle(["3", "é2"]);
    assert.deepEqual(kinds(rig.changes), ["added a/x", "updated a/x", "added a/y"]);
  });
}

Deno.test("run() goes on from the last bookmark and forgets nothing", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  await rig.settle(["1"]);
  rig.server.objects.skipVersions(400);
  await rig.clock.advance(60_000);
  for (const watch of rig.server.watches) watch.bookmark();
  await until(() => rig.reflector.state().silentForMs === 0, "the bookmark came");
  for (const watch of rig.server.watches) watch.reset();
  await until(() => rig.reflector.state().restarts === 1, "the reset was noticed");
  rig.put("y", "2");
  await rig.settle(["1", "2"]);
  assert.equal(lastWatch(rig).get("resourceVersion"), "501");
  assert.equal(lastWatch(rig).get("sendInitialEvents"), null);
});

Deno.test("run() takes the whole state again and tells deletions after 410", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  rig.put("y", "2");
  await rig.settle(["1", "2"]);
  rig.server.fault("watch", { kind: "error-event", code: 410, reason: "Expired" });
  for (const watch of rig.server.watches) watch.reset();
  await until(() => rig.reflector.state().restarts === 1, "the reset was noticed");
  rig.remove("x");
  await rig.settle(["2"]);
  assert.equal(lastWatch(rig).get("sendInitialEvents"), "true");
  assert.deepEqual(kinds(rig.changes), ["added a/x", "added a/y", "deleted a/x"]);
});

Deno.test("state() is not synced from 410 to the next whole state", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  rig.server.fault("watch", { kind: "status", code: 410, reason: "Gone" });
  for (const watch of rig.server.watches) watch.reset();
  await until(() => rig.reflector.state().restarts === 1, "the reset was noticed");
  assert.equal(rig.reflector.state().synced, true);
  await rig.clock.advance(400);
  await until(() => rig.reflector.state().restarts === 2, "the 410 was noticed");
  assert.equal(rig.reflector.state().synced, false);
  assert.match(rig.reflector.state().failure ?? "", /410 Gone/);
  await rig.settle([]);
  assert.equal(rig.reflector.state().failure, undefined);
});

Deno.test("run() waits as long as Retry-After asks", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  rig.server.fault("watch", { kind: "status", code: 429, reason: "", retryAfterSeconds: 7 });
  for (const watch of rig.server.watches) watch.reset();
  await until(() => rig.reflector.state().restarts === 1, "the reset was noticed");
  await rig.clock.advance(400);
  await until(() => rig.reflector.state().restarts === 2, "the 429 was noticed");
  assert.deepEqual(rig.clock.sleepers(), [7_000]);
});

Deno.test("run() abandons a watch that is silent for 150 s", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  await rig.settle(["1"]);
  const requests = rig.server.requests.length;
  const silentMs = rig.reflector.state().silentForMs ?? 0;
  await rig.clock.advance(149_999 - silentMs);
  assert.equal(rig.reflector.state().restarts, 0);
  assert.equal(rig.reflector.state().silentForMs, 149_999);
  await rig.clock.advance(1);
  assert.equal(rig.reflector.state().restarts, 1);
  assert.match(rig.reflector.state().failure ?? "", /nothing was heard for 150000 ms/);
  await rig.clock.advance(400);
  await until(() => rig.server.requests.length === requests + 1, "another watch was opened");
  await rig.settle(["1"]);
});

Deno.test("run() waits before it opens a watch again that the server ended at once", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  for (let n = 0; n < 3; n++) rig.server.fault("watch", { kind: "end" });
  for (const watch of rig.server.watches) watch.end();
  for (let n = 1; n <= 2; n++) {
    await until(() => rig.reflector.state().restarts === n, "the end was noticed");
    assert.equal(rig.server.requests.length, n);
    await rig.clock.advance(n === 1 ? 400 : 800);
  }
});

Deno.test("run() opens a watch again at once that lasted", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  await rig.clock.advance(60_000);
  for (const watch of rig.server.watches) watch.end();
  await until(() => rig.server.requests.length === 2, "another watch was opened");
  assert.equal(rig.reflector.state().restarts, 0);
});

Deno.test("run() keeps a watch whose bookmarks are slow", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  for (let rounds = 1; rounds <= 3; rounds++) {
    await rig.clock.advance(140_000);
    for (const watch of rig.server.watches) watch.bookmark();
    await until(() => rig.reflector.state().silentForMs === 0, "the bookmark came");
  }
  assert.equal(rig.reflector.state().restarts, 0);
});

Deno.test("run() lists instead when the present state never comes to its end", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  rig.server.fault("watch", { kind: "freeze" });
  const settling = rig.settle(["1"]);
  await until(() => rig.server.watches.size === 1, "the watch is open");
  await until(() => rig.clock.sleepers().length === 2, "the client waits for events");
  await rig.clock.advance(60_000);
  await settling;
  const lists = rig.server.requests.filter((request) => !request.search.has("watch"));
  assert.equal(lists.length, 1);
});

Deno.test("run() takes the whole state again every ten minutes", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  await rig.settle(["1"]);
  assert.equal(rig.server.requests.length, 1);
  for (let minute = 0; minute < 10; minute++) {
    await rig.clock.advance(60_000);
    for (const watch of rig.server.watches) watch.bookmark();
    await until(() => rig.reflector.state().silentForMs === 0, "the bookmark came");
  }
  await until(() => rig.server.requests.length === 2, "the whole state was asked for");
  await rig.settle(["1"]);
  assert.equal(lastWatch(rig).get("sendInitialEvents"), "true");
  assert.equal(rig.reflector.state().restarts, 0);
  assert.deepEqual(kinds(rig.changes), ["added a/x"]);
});

Deno.test("run() takes the whole state again when no watch can be opened any more", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  const timeout = { kind: "status", code: 504, reason: "Timeout" } as const;
  for (let n = 0; n < 2; n++) rig.server.fault("watch", timeout);
  for (const watch of rig.server.watches) watch.reset();
  await until(() => rig.reflector.state().restarts === 1, "the reset was noticed");
  for (let n = 2; n <= 3; n++) {
    await rig.clock.advance(n === 2 ? 400 : 800);
    await until(() => rig.reflector.state().restarts === n, "another watch was refused");
  }
  await rig.settle([]);
  assert.equal(lastWatch(rig).get("sendInitialEvents"), "true");
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
