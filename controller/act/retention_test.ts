import assert from "node:assert/strict";
import fc from "fast-check";

import type { Event, EventPhase } from "../../lib/event/event.ts";
import { DAY, type Millis, millis } from "../../lib/units/millis.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { failure } from "../testing/fake_kube.ts";
import { createSweeper, dueEvents } from "./retention.ts";
import { expansionDraft, openedExpansion } from "./testing/drafts.ts";
import { createWorld, type World } from "./testing/world.ts";

const nowMs = millis(100 * DAY);
const signal = new AbortController().signal;
const draft = expansionDraft(createWorld().view());

function event(name: string, createdAtMs: Millis, phase: EventPhase = "Completed"): Event {
  const status = { ...draft.status, phase };
  return { ...draft, status, name, uid: `${name}-uid`, resourceVersion: "1", createdAtMs };
}

function names(events: readonly Event[]): string[] {
  return events.map(({ name }) => name);
}

Deno.test("dueEvents() takes finished events older than 30 days, oldest first", () => {
  const events = [
    event("young", millis(70 * DAY)),
    event("old", millis(70 * DAY - 1)),
    event("older", millis(60 * DAY), "Failed"),
    event("open", millis(1 * DAY), "InProgress"),
    event("waiting", millis(1 * DAY), "Pending"),
  ];
  assert.deepEqual(names(dueEvents(events, nowMs)), ["older", "old"]);
});

Deno.test("dueEvents() takes the oldest finished events of a cluster that has too many", () => {
  const events = [
    event("open", millis(98 * DAY), "InProgress"),
    event("third", millis(99.3 * DAY)),
    event("first", millis(99.1 * DAY)),
    event("second", millis(99.2 * DAY)),
  ];
  assert.deepEqual(names(dueEvents(events, nowMs, { perClusterMax: 2 })), ["first", "second"]);
  assert.deepEqual(dueEvents(events, nowMs, { perClusterMax: 4 }), []);
});

Deno.test("dueEvents() takes alerts before operations, and never one that is open", () => {
  const events = [
    event("first", millis(99.1 * DAY)),
    { ...event("alert", millis(99.2 * DAY)), eventType: "alert" } as const,
    { ...event("open", millis(99.1 * DAY), "InProgress"), eventType: "alert" } as const,
    { ...event("dry", millis(99.4 * DAY)), dryRun: true },
  ];
  assert.deepEqual(names(dueEvents(events, nowMs, { perClusterMax: 1 })), [
    "dry",
    "alert",
    "first",
  ]);
});

Deno.test("dueEvents() takes the records of dry runs before what was really done", () => {
  const events = [
    event("first", millis(99.1 * DAY)),
    event("second", millis(99.2 * DAY)),
    { ...event("older-dry", millis(99.3 * DAY)), dryRun: true },
    { ...event("dry", millis(99.4 * DAY)), dryRun: true },
  ];
  assert.deepEqual(names(dueEvents(events, nowMs, { perClusterMax: 3 })), ["older-dry"]);
  assert.deepEqual(names(dueEvents(events, nowMs, { perClusterMax: 1 })), [
    "older-dry",
    "dry",
    "first",
  ]);
});

Deno.test("dueEvents() keeps the answer to a request that the annotation still makes", () => {
  const answered = { ...event("answer", millis(1 * DAY)), manualRequestedAt: "yesterday" };
  assert.deepEqual(dueEvents([answered], nowMs, { perClusterMax: 0 }, "yesterday"), []);
  for (const requestedAt of ["today", undefined]) {
    assert.deepEqual(dueEvents([answered], nowMs, {}, requestedAt), [answered]);
  }
  assert.deepEqual(names(dueEvents([event("old", millis(0))], nowMs, {}, undefined)), ["old"]);
});

Deno.test("dueEvents() never takes an open event and leaves no more finished ones than allowed", () => {
  const phase = fc.constantFrom<EventPhase>("Pending", "InProgress", "Completed", "Failed");
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), phase), { maxLength: 40 }).map(
    (pairs) => pairs.map(([day, state], index) => event(`e${index}`, millis(day * DAY), state)),
  );
  fc.assert(fc.property(events, fc.integer({ min: 0, max: 20 }), (all, perClusterMax) => {
    const due = dueEvents(all, nowMs, { perClusterMax });
    assert.ok(due.every(({ status }) => status.phase === "Completed" || status.phase === "Failed"));
    const open = all.filter(({ status: { phase } }) =>
      phase === "Pending" || phase === "InProgress"
    );
    assert.ok(all.length - due.length <= Math.max(perClusterMax, open.length));
  }));
});

async function worldWithEvents(count: number): Promise<World> {
  const world = createWorld();
  const status: Event["status"] = { ...draft.status, phase: "Completed" };
  for (let index = 0; index < count; index++) {
    await openedExpansion(world, { status });
    world.clock.jump(1_000);
  }
  world.clock.jump(40 * DAY);
  return world;
}

Deno.test("sweep() deletes a limited number of events, the rest next time", async () => {
  const world = await worldWithEvents(205);
  const sweep = createSweeper(world.dependencies);
  assert.deepEqual(await sweep("shop", "orders", signal), { deleted: 200, left: 5 });
  world.sync();
  assert.deepEqual(await sweep("shop", "orders", signal), { deleted: 5, left: 0 });
  assert.deepEqual(world.kube.all(STORAGE_EVENTS), []);
});

Deno.test("sweep() reads the request from the Cluster's annotations", async () => {
  const requestedAt = "2026-01-01T00:00:00Z";
  const annotations = { "storage.cnpg.supporttools.io/expansion-requested": requestedAt };
  const world = createWorld({ cluster: { annotations } });
  const status: Event["status"] = { ...draft.status, phase: "Completed" };
  await openedExpansion(world, { status, trigger: "manual", manualRequestedAt: requestedAt });
  world.clock.jump(40 * DAY);
  const sweep = createSweeper(world.dependencies);
  assert.deepEqual(await sweep("shop", "orders", signal), { deleted: 0, left: 0 });
});

Deno.test("sweep() passes over events that are gone already", async () => {
  const world = await worldWithEvents(2);
  const sweep = createSweeper(world.dependencies);
  await sweep("shop", "orders", signal);
  assert.deepEqual(await sweep("shop", "orders", signal), { deleted: 2, left: 0 });
});

Deno.test("sweep() ends at the first failure and says so", async () => {
  const world = await worldWithEvents(3);
  world.kube.failWhen(({ verb }) =>
    verb === "delete" ? { when: "before", error: failure(403, "Forbidden", "no") } : undefined
  );
  const result = await createSweeper(world.dependencies)("shop", "orders", signal);
  assert.deepEqual([result.deleted, result.left, result.failure?.kind], [0, 3, "refused"]);
  assert.equal(world.logger.lines.length, 1);
});

Deno.test("sweep() deletes nothing when another process leads", async () => {
  const world = await worldWithEvents(1);
  world.leading = false;
  const result = await createSweeper(world.dependencies)("shop", "orders", signal);
  assert.equal(result.failure?.kind, "not-leader");
  assert.equal(world.kube.all(STORAGE_EVENTS).length, 1);
});
