import assert from "node:assert/strict";

import type { Event } from "../../lib/event/event.ts";
import { parseStorageEvent } from "../../lib/event/parse_storage_event.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { failure, metadataOf } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import { actOnce, expansionDraft, openedExpansion, openExpansion } from "./testing/drafts.ts";
import { createWorld, eventOf, planOf, type World } from "./testing/world.ts";

const NAME = "orders-expansion-20260101-000000";

function events(world: World): Event[] {
  return world.kube.all(STORAGE_EVENTS).map(eventOf);
}

Deno.test("openEvent() creates an event that reads back as it was drafted", async () => {
  const world = createWorld();
  const draft = expansionDraft(world.view());
  const outcome = await actOnce(world, openExpansion(world.view()));
  assert.deepEqual(outcome.refusals, []);
  const [object] = world.kube.all(STORAGE_EVENTS);
  const parsed = parseStorageEvent(object);
  assert.ok(parsed.kind === "event");
  assert.equal(parsed.event.name, NAME);
  assert.deepEqual(parsed.cluster, { namespace: "shop", name: "orders", uid: "cluster-uid" });
  assert.deepEqual(parsed.event.expansion, draft.expansion);
  assert.equal(parsed.event.status.volumes.length, 2);
  assert.equal(world.announcements.at(-1)?.reason, "AboveExpansion");
});

Deno.test("openEvent() opens no second event while one with the same cause is open", async () => {
  const world = createWorld();
  await openedExpansion(world);
  const outcome = await actOnce(world, openExpansion(world.view()));
  assert.equal(outcome.done[0]?.effect, "already");
  assert.equal(events(world).length, 1);
});

Deno.test("openEvent() opens an event beside a dry run, and beside one that has ended", async () => {
  const world = createWorld();
  const status: Event["status"] = { ...expansionDraft(world.view()).status, phase: "Completed" };
  await openedExpansion(world, { dryRun: true, status });
  await openedExpansion(world, { status });
  const outcome = await actOnce(world, openExpansion(world.view()));
  assert.equal(outcome.done[0]?.effect, "written");
  assert.deepEqual(events(world).map(({ name }) => name), [NAME, `${NAME}-2`, `${NAME}-3`]);
});

Deno.test("openEvent() gives up when nine names of a second are taken", async () => {
  const world = createWorld();
  for (let count = 0; count < 9; count++) {
    const { eventName, view } = await openedExpansion(world);
    const event = view.events.find(({ name }) => name === eventName);
    assert.ok(event);
    const { resourceVersion, status } = event;
    const failed: Event["status"] = { ...status, phase: "Failed" };
    await actOnce(world, { kind: "record-status", eventName, resourceVersion, status: failed });
  }
  const outcome = await actOnce(world, openExpansion(world.view()));
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
  assert.match(outcome.refusals[0]?.message ?? "", /expected one of 9 names to be free/);
});

Deno.test("openEvent() takes over the event whose creation was not answered", async () => {
  const world = createWorld();
  const actor = createActor(world.dependencies);
  world.kube.failWhen(({ verb }) =>
    verb === "create" ? { when: "after", error: new TypeError("connection closed") } : undefined
  );
  const view = world.view();
  const signal = new AbortController().signal;
  const lost = await actor.act(planOf(openExpansion(view)), view, signal);
  assert.deepEqual(lost.refusals.map(({ kind }) => kind), ["unavailable"]);
  world.kube.failWhen(() => undefined);
  world.clock.jump(90_000);
  const retried = await actor.act(planOf(openExpansion(view)), view, signal);
  assert.equal(retried.done[0]?.effect, "written");
  assert.deepEqual(events(world).map(({ name }) => name), [NAME]);
  assert.ok(world.kube.all(STORAGE_EVENTS)[0]?.["status"]);
});

Deno.test("openEvent() does not take over the event of an earlier Cluster of the name", async () => {
  const world = createWorld();
  await openedExpansion(world);
  const [object] = world.kube.all(STORAGE_EVENTS);
  assert.ok(object);
  const ownerReferences = [{ kind: "Cluster", name: "orders", uid: "earlier" }];
  world.kube.put(STORAGE_EVENTS, {
    ...object,
    metadata: { ...metadataOf(object), ownerReferences },
  });
  const dependencies = {
    ...world.dependencies,
    latest: { ...world.dependencies.latest, events: () => [] },
  };
  const view = world.view();
  await createActor(dependencies).act(
    planOf(openExpansion(view)),
    view,
    new AbortController().signal,
  );
  assert.deepEqual(events(world).map(({ name }) => name), [NAME, `${NAME}-2`]);
});

Deno.test("openEvent() reports a refusal as one", async () => {
  const world = createWorld();
  world.kube.admitWith(() => {
    throw failure(403, "Forbidden", "storageevents is forbidden");
  });
  const outcome = await actOnce(world, openExpansion(world.view()));
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["refused"]);
  assert.match(outcome.refusals[0]?.message ?? "", /^creating StorageEvent shop\/orders-expansion/);
});

Deno.test("openEvent() is as urgent as the volumes that wait for it; a record is not", async () => {
  for (const [phase, lane] of [["Pending", "volume"], ["Completed", "default"]] as const) {
    const world = createWorld();
    const { status } = expansionDraft(world.view());
    await openedExpansion(world, { status: { ...status, phase } });
    const lanes = world.kube.calls
      .filter(({ resource }) => resource === STORAGE_EVENTS)
      .map(({ verb, options }) => [verb, options.lane]);
    assert.deepEqual(lanes, [["create", lane], ["patch", lane]]);
  }
});
