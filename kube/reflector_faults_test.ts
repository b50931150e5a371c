import assert from "node:assert/strict";

import { POD } from "./resources.ts";
import type { Fault } from "./testing/faults.ts";
import { kinds, lastWatch, startRig } from "./testing/reflector_rig.ts";
import { until } from "./testing/until.ts";

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
  assert.match(rig.reflector.state().failure?.message ?? "", /410 Gone/);
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

Deno.test("run() renews a watch that is silent for 150 s, and is not deaf meanwhile", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  await rig.settle(["1"]);
  await rig.clock.advance(150_000 - (rig.reflector.state().silentForMs ?? 0));
  for (let renewals = 1; renewals <= 3; renewals++) {
    await until(() => rig.server.requests.length === 1 + renewals, "another watch was opened");
    await until(() => rig.clock.sleepers().includes(5_000), "it was accepted");
    assert.equal(lastWatch(rig).get("sendInitialEvents"), null);
    await rig.clock.advance(4_999);
    assert.ok((rig.reflector.state().silentForMs ?? 0) >= 149_999);
    await rig.clock.advance(1);
    assert.equal(rig.reflector.state().silentForMs, 0);
    await rig.clock.advance(145_000);
  }
  const { synced, restarts, failure } = rig.reflector.state();
  assert.deepEqual({ synced, restarts, failure }, {
    synced: true,
    restarts: 0,
    failure: undefined,
  });
  assert.deepEqual(new Set(rig.log.lines.map(({ level }) => level)), new Set(["debug"]));
});

Deno.test("run() renews a silent watch as soon as another request meets its deadline", async () => {
  await using rig = await startRig();
  rig.put("x", "1");
  await rig.settle(["1"]);
  rig.server.fault("any", { kind: "freeze" });
  const creating = rig.api.create(POD, { metadata: { name: "y" } }, { namespace: "a" });
  await until(() => rig.clock.sleepers().includes(10_000), "the request waits");
  const refused = assert.rejects(creating, { name: "TransportError" });
  await rig.clock.advance(10_000);
  await refused;
  await until(() => rig.server.requests.length === 3, "another watch was opened");
  assert.equal(lastWatch(rig).get("sendInitialEvents"), null);
  rig.put("x", "2");
  await rig.settle(["2"]);
  const { synced, restarts, failure } = rig.reflector.state();
  assert.deepEqual([synced, restarts, failure], [true, 0, undefined]);
});

Deno.test("state() does not count watches as heard that break as soon as they are accepted", async () => {
  await using rig = await startRig();
  await rig.settle([]);
  const silentMs = rig.reflector.state().silentForMs ?? 0;
  await rig.clock.advance(60_000);
  for (let breaks = 1; breaks <= 3; breaks++) rig.server.fault("watch", { kind: "reset" });
  for (const watch of rig.server.watches) watch.reset();
  for (let breaks = 1; breaks <= 3; breaks++) {
    await until(() => rig.reflector.state().restarts === breaks, "the break was noticed");
    await rig.clock.advance(10_000);
  }
  assert.ok((rig.reflector.state().silentForMs ?? 0) >= silentMs + 80_000);
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
