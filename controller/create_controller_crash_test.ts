// Goal: whatever fails, wherever, and however often the process dies, an expansion ends in the same state, and
// no step is taken twice.
// Method: the whole controller, with its own decisions and watches, lives in a world where any call may fail
// before or after it took effect, and any call may be the last of its process. Then everything works again, and
// the end is looked at.

import assert from "node:assert/strict";
import fc from "fast-check";

import { PERSISTENT_VOLUME_CLAIM } from "../kube/resources.ts";
import { settle } from "../kube/testing/fake_clock.ts";
import { openIncidents } from "../lib/alert/incident.ts";
import type { Event } from "../lib/event/event.ts";
import { GIBIBYTE } from "../lib/units/bytes.ts";
import { projectClaim } from "./observe/project_claim.ts";
import { projectCluster } from "./observe/project_cluster.ts";
import { CLUSTERS } from "./observe/resources.ts";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
} from "./reconcile/testing/controller_world.ts";
import { failure, type FakeCall, type FakeFault } from "./testing/fake_kube.ts";

/** What happens to one call. */
const HAPS = [
  "none",
  "lost",
  "reset",
  "conflict",
  "overload",
  "killed-before",
  "killed-after",
] as const;
type Hap = (typeof HAPS)[number];

const FULL_BYTES = Math.floor(8.7 * GIBIBYTE);
const GROWN_BYTES = 15 * GIBIBYTE;

/** Far more than an expansion takes where nothing fails any more. Each hap costs a round at most. */
const CALM_ROUNDS_MAX = 30;
const ROUND_MS = 5_000;

function faultOf(hap: Hap, { verb }: FakeCall): FakeFault | undefined {
  switch (hap) {
    case "none":
      return undefined;
    case "lost":
    case "killed-after":
      return { when: "after", error: new TypeError("connection closed before message completed") };
    case "reset":
    case "killed-before":
      return { when: "before", error: new TypeError("connection reset") };
    case "conflict":
      return verb === "patch"
        ? { when: "before", error: failure(409, "Conflict", "modified") }
        : undefined;
    case "overload":
      return { when: "before", error: failure(429, "TooManyRequests", "try again") };
  }
}

/** What was stored, in order: `CLAIM SIZE`, and `spec SIZE` of the Cluster. */
function recordSizes({ kube, instances }: ControllerWorld): string[] {
  const stored: string[] = [];
  kube.admitWith((resource, next, previous, dryRun) => {
    if (previous === undefined || dryRun) return;
    if (resource.plural === PERSISTENT_VOLUME_CLAIM.plural) {
      const { name, requestBytes } = projectClaim(next);
      assert.ok(requestBytes >= projectClaim(previous).requestBytes, `${name} was lowered`);
      stored.push(`${name} ${requestBytes / GIBIBYTE}`);
    }
    if (resource.plural === CLUSTERS.plural) {
      const [before, after] = [previous, next].map((object) =>
        projectCluster(object).declaredSizes[0]?.sizeBytes ?? 0
      );
      if (before === undefined || after === undefined || before === after) return;
      assert.ok(after > before, "the spec was lowered");
      for (const name of instances) {
        assert.ok((claimOf(kube, name).capacityBytes ?? 0) >= after, `the spec before ${name}`);
      }
      stored.push(`spec ${after / GIBIBYTE}`);
    }
  });
  return stored;
}

/** Lives through the haps, one for each call, and then in calm until the expansion has ended. */
async function liveThrough(haps: readonly Hap[]): Promise<{
  readonly world: ControllerWorld;
  readonly stored: readonly string[];
  readonly calls: number;
}> {
  const world = createControllerWorld();
  const stored = recordSizes(world);
  world.usedBytes.set("orders-2", FULL_BYTES);
  let used = 0;
  let isOver = false;
  let life = new AbortController();
  world.kube.failWhen((call) => {
    const hap = haps[used] ?? "none";
    used++;
    if (hap.startsWith("killed")) life.abort();
    return faultOf(hap, call);
  });
  let process = await world.start(life);
  for (let round = 0; round < haps.length + CALM_ROUNDS_MAX; round++) {
    world.grow();
    await settle();
    if (life.signal.aborted) {
      await process.kill();
      life = new AbortController();
      process = await world.start(life);
    }
    await world.report(process);
    await world.clock.advance(ROUND_MS);
    // One more round shows that nothing follows.
    if (isOver) break;
    isOver = hasEnded(world);
  }
  await process.kill();
  return { world, stored, calls: used };
}

function hasEnded(world: ControllerWorld): boolean {
  const events = expansionsOf(world);
  return events.length > 0 && events.every(({ status }) => status.phase === "Completed");
}

function expansionsOf(world: ControllerWorld): Event[] {
  return world.events().filter(({ eventType }) => eventType === "expansion");
}

function assertEnd(world: ControllerWorld, stored: readonly string[]): void {
  assert.deepEqual(expansionsOf(world).map(({ status }) => status.phase), ["Completed"]);
  // What was told of a volume before it was helped is told once, whoever told it.
  const causes = openIncidents(world.events()).map(({ subject }) => subject.cause);
  assert.deepEqual(causes, [...new Set(causes)]);
  assert.deepEqual(stored, ["orders-2 15", "orders-1 15", "spec 15"]);
  for (const name of world.instances) {
    assert.equal(claimOf(world.kube, name).capacityBytes, GROWN_BYTES);
  }
}

Deno.test("the controller ends in the same state whatever fails and whenever it dies", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...HAPS), { maxLength: 20 }), async (haps) => {
      const { world, stored } = await liveThrough(haps);
      assertEnd(world, stored);
    }),
    { numRuns: 40 },
  );
});

Deno.test("the controller ends in the same state when each single call in turn is its last", async () => {
  const { world, stored, calls } = await liveThrough([]);
  assertEnd(world, stored);
  assert.ok(calls > 10 && calls < 80, `${calls} calls`);
  for (const hap of ["killed-before", "killed-after", "lost"] as const) {
    for (let index = 0; index < calls; index++) {
      const haps = Array.from({ length: index + 1 }, (_, at): Hap => at === index ? hap : "none");
      const end = await liveThrough(haps);
      try {
        assertEnd(end.world, end.stored);
      } catch (error) {
        throw new Error(`${hap} at call ${index}`, { cause: error });
      }
    }
  }
});
