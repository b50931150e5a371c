import assert from "node:assert/strict";

import { DEFAULT_LEASE_TIMING } from "../../kube/leader_election/mod.ts";
import { createElectionWorld, type ElectionWorld } from "./election_world.ts";

const SEEDS = 500;
const PROCESSES = 3;
const STORM_MS = 150_000;
const STEP_MS = 500;
const PAUSE_MS_MAX = 40_000;
/** What was under way in the storm has ended by then. */
const CALM_MS = 60_000;
const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = DEFAULT_LEASE_TIMING;

/** When nothing goes wrong but the death itself. */
const TAKEOVER_MS_MAX = leaseDurationMs + retryPeriodMs;

/** A request that hangs since the time when calls still went wrong ends at its deadline; clocks may be slow. */
const TAKEOVER_AFTER_STORM_MS_MAX = (TAKEOVER_MS_MAX + renewDeadlineMs / 2) / 0.95;

/** Lets processes stand still and hand over at random, the one that leads more often than others. */
async function storm(world: ElectionWorld): Promise<void> {
  const { random, clock } = world;
  for (let passedMs = 0; passedMs < STORM_MS; passedMs += STEP_MS) {
    const awake = [...world.candidates].filter((one) => !one.isPaused());
    const any = awake[Math.floor(random() * awake.length)];
    const chosen = random() < 0.5 ? any : world.leader() ?? any;
    const lot = random();
    if (chosen !== undefined && lot < 0.03) {
      chosen.pause();
      void clock.sleep(random() * PAUSE_MS_MAX).then(() => chosen.resume());
    } else if (chosen !== undefined && lot < 0.04) {
      void chosen.retire();
      world.start();
    }
    await clock.advance(STEP_MS);
  }
}

/** Milliseconds until somebody leads, `limitMs` at the most. */
async function untilLed(world: ElectionWorld, limitMs: number): Promise<number> {
  for (let passedMs = 0;; passedMs += STEP_MS / 5) {
    if (world.leader() !== undefined || passedMs > limitMs) return passedMs;
    await world.clock.advance(STEP_MS / 5);
  }
}

/** Milliseconds from the death of the leader until another leads. */
async function killLeader(world: ElectionWorld): Promise<number> {
  world.calm();
  for (const candidate of world.candidates) candidate.resume();
  await world.clock.advance(CALM_MS + world.random() * retryPeriodMs);
  const leader = world.leader();
  assert.ok(leader !== undefined, "nobody leads in a calm world");
  leader.kill();
  return await untilLed(world, 60_000);
}

Deno.test("of processes that stand still, restart and hand over, no two lead at a time over any network", async () => {
  let terms = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = createElectionWorld({ seed, isHarsh: true });
    for (let count = 0; count < PROCESSES; count++) world.start();
    await storm(world);
    const takeoverMs = await killLeader(world);
    assert.deepEqual(world.violations, [], `seed ${seed}`);
    assert.ok(takeoverMs <= TAKEOVER_AFTER_STORM_MS_MAX, `seed ${seed}: ${takeoverMs} ms`);
    terms += world.terms;
  }
  assert.ok(terms > 5 * SEEDS, `the leader changed only ${terms} times`);
});

Deno.test("somebody leads again within the Lease and a retry after the leader died", async () => {
  for (let seed = 1; seed <= SEEDS / 5; seed++) {
    const world = createElectionWorld({ seed, isHarsh: false });
    for (let count = 0; count < PROCESSES; count++) {
      world.start();
      await world.clock.advance(world.random() * retryPeriodMs);
    }
    const takeoverMs = await killLeader(world);
    assert.deepEqual(world.violations, [], `seed ${seed}`);
    assert.ok(takeoverMs <= TAKEOVER_MS_MAX, `seed ${seed}: ${takeoverMs} ms`);
  }
});
