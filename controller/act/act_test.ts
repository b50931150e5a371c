import assert from "node:assert/strict";

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { Action, NudgePod, RecordStatus } from "../../lib/decide/plan.ts";
import type { Condition, EventStatus } from "../../lib/event/event.ts";
import { millis } from "../../lib/units/millis.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { failure } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import { dependsOn } from "./depends_on.ts";
import {
  actOnce,
  gibibytes,
  openedExpansion,
  openExpansion,
  requestFor,
} from "./testing/drafts.ts";
import { createWorld, eventOf, planOf, type World } from "./testing/world.ts";

async function opened(): Promise<{ world: World; eventName: string; requests: Action[] }> {
  const world = createWorld();
  const { eventName, view } = await openedExpansion(world);
  return {
    world,
    eventName,
    requests: view.volumes.map((volume) => requestFor(eventName, volume)),
  };
}

function recordOf(world: World, change: (status: EventStatus) => EventStatus): RecordStatus {
  const [event] = world.view().events;
  assert.ok(event);
  const { name: eventName, resourceVersion, status } = event;
  return { kind: "record-status", eventName, resourceVersion, status: change(status) };
}

function stored(world: World): EventStatus {
  const [object] = world.kube.all(STORAGE_EVENTS);
  assert.ok(object);
  return eventOf(object).status;
}

Deno.test("act() writes nothing when another process leads", async () => {
  const { world, requests } = await opened();
  const before = world.kube.calls.length;
  world.leading = false;
  const outcome = await actOnce(world, ...requests);
  assert.equal(outcome.stopped, "not-leader");
  assert.deepEqual(outcome.skipped, requests.slice(1));
  assert.equal(world.kube.calls.length, before);
});

Deno.test("act() stops between two writes when the lease is lost", async () => {
  const { world, requests } = await opened();
  let asked = 0;
  const dependencies = { ...world.dependencies, mayWrite: () => ++asked <= 1 };
  const outcome = await createActor(dependencies).act(
    planOf(...requests),
    world.view(),
    new AbortController().signal,
  );
  assert.equal(outcome.stopped, "not-leader");
  const patches = world.kube.calls.filter(({ resource }) => resource === PERSISTENT_VOLUME_CLAIM);
  assert.deepEqual(patches.map(({ options }) => options.dryRun), [true]);
});

Deno.test("act() stops when it is aborted", async () => {
  const { world, requests } = await opened();
  const controller = new AbortController();
  world.kube.failWhen(() => {
    controller.abort(new Error("shutting down"));
    return undefined;
  });
  const outcome = await createActor(world.dependencies).act(
    planOf(...requests),
    world.view(),
    controller.signal,
  );
  assert.equal(outcome.stopped, "aborted");
  assert.equal(outcome.skipped.length, 1);
});

Deno.test("act() goes on with a sibling when one volume is refused", async () => {
  const { world, requests } = await opened();
  world.kube.failWhen(({ verb, name }) =>
    verb === "patch" && name === "orders-1"
      ? { when: "before", error: failure(403, "Forbidden", "exceeded quota") }
      : undefined
  );
  const outcome = await actOnce(world, ...requests);
  assert.deepEqual([outcome.done.length, outcome.refusals.length], [1, 1]);
  assert.deepEqual(stored(world).volumes.map(({ step }) => step), ["Failed", "Requested"]);
});

Deno.test("act() records a decided status without losing the steps that it made itself", async () => {
  const { world, requests } = await opened();
  const record = recordOf(world, (status) => ({ ...status, startedAtMs: millis(1_000) }));
  const outcome = await actOnce(world, ...requests, record);
  assert.deepEqual(outcome.refusals, []);
  assert.equal(stored(world).startedAtMs, 1_000);
  assert.deepEqual(stored(world).volumes.map(({ step }) => step), ["Requested", "Requested"]);
});

Deno.test("act() records nothing that was decided from an older version", async () => {
  const { world } = await opened();
  const stale = { ...recordOf(world, (status) => ({ ...status, phase: "Failed" })) };
  const outcome = await actOnce(world, { ...stale, resourceVersion: "1" });
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
  assert.equal(stored(world).phase, "Pending");
});

Deno.test("act() writes no status that stands already", async () => {
  const { world } = await opened();
  const before = world.kube.calls.length;
  const outcome = await actOnce(world, recordOf(world, (status) => status));
  assert.equal(outcome.done[0]?.effect, "already");
  assert.equal(world.kube.calls.length, before);
});

Deno.test("act() keeps the time of a condition that did not change", async () => {
  const { world } = await opened();
  const condition: Condition = {
    type: "Complete",
    status: "False",
    reason: "PartialFailure",
    message: "1/2 PVCs expanded",
  };
  await actOnce(world, recordOf(world, (status) => ({ ...status, conditions: [condition] })));
  await world.clock.advance(60_000);
  await actOnce(world, recordOf(world, (status) => ({ ...status, startedAtMs: millis(0) })));
  const text = JSON.stringify(world.kube.all(STORAGE_EVENTS)[0]);
  assert.match(text, /"lastTransitionTime":"2026-01-01T00:00:00Z"/);
});

Deno.test("act() says and counts the end of an expansion once", async () => {
  const { world } = await opened();
  const record = recordOf(world, (status) => ({
    ...status,
    phase: "Completed",
    startedAtMs: millis(1_000),
    completedAtMs: millis(41_000),
    volumes: status.volumes.map((volume) => ({
      ...volume,
      step: "Verified",
      verifiedBy: "statfs",
      newBytes: gibibytes(15),
    })),
    conditions: [{
      type: "Complete",
      status: "True",
      reason: "ExpansionCompleted",
      message: "2/2 PVCs expanded to 15 GiB",
    }],
  }));
  await actOnce(world, record);
  await actOnce(world, recordOf(world, (status) => ({ ...status, completedAtMs: millis(42_000) })));
  const addedBytes = gibibytes(10);
  assert.deepEqual(world.ends, [{
    result: "success",
    failures: 0,
    addedBytes,
    durationMs: 40_000,
  }]);
  const reasons = world.announcements.map(({ reason }) => reason);
  assert.deepEqual(reasons, [
    "AboveExpansion",
    "FileSystemGrown",
    "FileSystemGrown",
    "ExpansionCompleted",
  ]);
});

Deno.test("act() names the step that failed and shows no token", async () => {
  const { world } = await opened();
  world.kube.failWhen(() => ({ when: "before", error: new TypeError("error sending request") }));
  const outcome = await actOnce(world, openExpansion(world.view(), { dryRun: true }));
  assert.deepEqual(outcome.refusals.map(({ kind, reason }) => [kind, reason]), [
    ["unavailable", "Error"],
  ]);
  assert.match(outcome.refusals[0]?.message ?? "", /^creating StorageEvent .*: error sending/);
});

Deno.test("dependsOn() holds only where the later action builds on the failed one", async () => {
  const { world, requests: [request], eventName } = await opened();
  assert.ok(request?.kind === "request-size");
  const record = recordOf(world, (status) => status);
  const nudge: NudgePod = {
    kind: "nudge-pod",
    eventName,
    claimName: "orders-1",
    podName: "orders-1",
    podUid: "uid",
  };
  const table: [Action, Action, boolean][] = [
    [request, record, true],
    [{ ...request, eventName: "other" }, record, false],
    [record, request, false],
    [record, { ...request, lowering: true }, true],
    [request, { ...request, lowering: true }, false],
    [record, nudge, false],
    [request, openExpansion(world.view()), false],
    [{ kind: "annotate", annotations: {} }, record, false],
  ];
  for (const [later, failed, expected] of table) {
    assert.equal(dependsOn(later, failed), expected, `${later.kind} after ${failed.kind}`);
  }
});
