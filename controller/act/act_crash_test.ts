// Goal: whatever fails, wherever, an expansion ends in the same state, and no step is taken twice.
// Method: a small planner stands in for `decide`; calls fail at random, before or after they took effect; caches
// lag; the process restarts. Then everything works again, and the end is looked at.

import assert from "node:assert/strict";
import fc from "fast-check";

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { Action } from "../../lib/decide/plan.ts";
import type { Event } from "../../lib/event/event.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { projectClaim } from "../observe/project_claim.ts";
import { projectCluster } from "../observe/project_cluster.ts";
import { CLUSTERS, STORAGE_EVENTS } from "../observe/resources.ts";
import { failure, type FakeCall, type FakeFault } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import { gibibytes, openExpansion, requestFor } from "./testing/drafts.ts";
import { createWorld, eventOf, planOf, type World } from "./testing/world.ts";

/** What happens to one call, and whether the caches are synced or the process restarts after its round. */
interface Hap {
  readonly fault: "none" | "lost" | "reset" | "conflict" | "overload" | "refusal";
  readonly after: "nothing" | "sync" | "restart";
}

const ROUNDS_MAX = 30;

const hap: fc.Arbitrary<Hap> = fc.record({
  fault: fc.constantFrom("none", "none", "lost", "reset", "conflict", "overload"),
  after: fc.constantFrom("nothing", "sync", "restart"),
});

const hapOrRefusal: fc.Arbitrary<Hap> = fc.oneof(
  hap,
  fc.record({ fault: fc.constant("refusal"), after: fc.constantFrom("nothing", "sync") }),
);

/** The next actions of the expansion, told from the view alone, as `decide` would. */
function nextActions(view: ClusterView): Action[] {
  const event = view.events.find(({ status }) => status.phase !== "Failed");
  if (event === undefined) return [openExpansion(view)];
  if (event.status.phase === "Completed") return [];
  const queued = event.status.volumes.filter(({ step }) => step === "Queued");
  if (queued.length > 0) return requests(view, event);
  return event.status.writeBack.state === "pending" ? [writeBack(view, event)] : [close(event)];
}

function requests(view: ClusterView, event: Event): Action[] {
  return event.status.volumes.flatMap(({ claimUid, step }) => {
    const volume = view.volumes.find(({ claim }) => claim.uid === claimUid);
    return volume === undefined || step !== "Queued" ? [] : [requestFor(event.name, volume)];
  });
}

function writeBack(view: ClusterView, event: Event): Action {
  return {
    kind: "write-back",
    eventName: event.name,
    role: "data",
    field: "size",
    fromBytes: gibibytes(10),
    toBytes: gibibytes(15),
    resourceVersion: view.resourceVersion,
  };
}

function close(event: Event): Action {
  const { name: eventName, resourceVersion } = event;
  const status: Event["status"] = { ...event.status, phase: "Completed" };
  return { kind: "record-status", eventName, resourceVersion, status };
}

function faultOf(name: Hap["fault"], { verb }: FakeCall): FakeFault | undefined {
  switch (name) {
    case "none":
      return undefined;
    case "lost":
      return { when: "after", error: new TypeError("connection closed before message completed") };
    case "reset":
      return { when: "before", error: new TypeError("connection reset") };
    case "conflict":
      return verb === "patch"
        ? { when: "before", error: failure(409, "Conflict", "modified") }
        : undefined;
    case "overload":
      return { when: "before", error: failure(429, "TooManyRequests", "try again") };
    case "refusal":
      return { when: "before", error: failure(403, "Forbidden", "exceeded quota") };
  }
}

/** Runs rounds until `haps` are used up, then until nothing is left to do; gives every size that was stored. */
async function run(haps: readonly Hap[]): Promise<{ world: World; stored: Map<string, number[]> }> {
  const world = createWorld();
  const stored = new Map<string, number[]>();
  world.kube.admitWith((resource, next, previous, dryRun) => {
    if (resource !== PERSISTENT_VOLUME_CLAIM || previous === undefined || dryRun) return;
    const { name, requestBytes } = projectClaim(next);
    if (requestBytes < projectClaim(previous).requestBytes) {
      throw failure(422, "Invalid", "shrinks");
    }
    stored.set(name, [...stored.get(name) ?? [], requestBytes]);
  });
  let actor = createActor(world.dependencies);
  let used = 0;
  world.kube.failWhen((call) => {
    const next = haps[used];
    used++;
    return next === undefined ? undefined : faultOf(next.fault, call);
  });
  for (let round = 0; round < ROUNDS_MAX + haps.length; round++) {
    const isOver = used >= haps.length;
    const view = world.view();
    const actions = nextActions(view);
    if (isOver && actions.length === 0) break;
    await actor.act(planOf(...actions), view, new AbortController().signal);
    world.clock.jump(1_000);
    const { after } = haps[Math.max(0, used - 1)] ?? { after: "sync" };
    if (after === "restart") actor = createActor(world.dependencies);
    if (isOver || after !== "nothing") world.sync();
  }
  return { world, stored };
}

function eventsOf(world: World): Event[] {
  return world.kube.all(STORAGE_EVENTS).map(eventOf);
}

Deno.test("act() ends in the same state whatever fails on the way", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hap, { maxLength: 25 }), async (haps) => {
      const { world } = await run(haps);
      const events = eventsOf(world);
      assert.deepEqual(events.map(({ status }) => status.phase), ["Completed"]);
      assert.deepEqual(events[0]?.status.volumes.map(({ step }) => step), [
        "Requested",
        "Requested",
      ]);
      for (const claim of world.kube.all(PERSISTENT_VOLUME_CLAIM).map(projectClaim)) {
        assert.equal(claim.requestBytes, gibibytes(15));
      }
      const [cluster] = world.kube.all(CLUSTERS).map(projectCluster);
      assert.equal(cluster?.declaredSizes[0]?.sizeBytes, gibibytes(15));
    }),
    { numRuns: 300 },
  );
});

Deno.test("act() never asks for less, never for more than the limit, and opens one event a cause", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hapOrRefusal, { maxLength: 25 }), async (haps) => {
      const { world, stored } = await run(haps);
      for (const sizes of stored.values()) {
        assert.deepEqual(sizes, [gibibytes(15)]);
      }
      const open = eventsOf(world).filter(({ status }) => status.phase === "Pending");
      assert.ok(eventsOf(world).length <= 1, `${eventsOf(world).map(({ name }) => name)}`);
      assert.ok(open.length <= 1);
    }),
    { numRuns: 300 },
  );
});

Deno.test("act() ends in the same state when each single call in turn fails or is lost", async () => {
  const faultless = await run([]);
  const calls = faultless.world.kube.calls.length;
  assert.ok(calls > 8 && calls < 20, `${calls} calls`);
  for (const fault of ["lost", "reset", "overload"] as const) {
    for (let index = 0; index < calls; index++) {
      const haps = Array.from({ length: index + 1 }, (_, position): Hap => ({
        fault: position === index ? fault : "none",
        after: "nothing",
      }));
      const { world } = await run(haps);
      const events = eventsOf(world);
      assert.deepEqual(
        events.map(({ status }) => status.phase),
        ["Completed"],
        `${fault} ${index}`,
      );
      const patches = world.kube.calls.filter(({ verb, resource, options }) =>
        verb === "patch" && resource === PERSISTENT_VOLUME_CLAIM && options.dryRun !== true
      );
      assert.ok(patches.length <= 3, `${patches.length} patches after ${fault} ${index}`);
    }
  }
});
