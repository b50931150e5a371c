import assert from "node:assert/strict";

import type { Lane } from "./api.ts";
import { createLimiter, LANE_LIMITS, type LimitedLane, type Limiter } from "./limiter.ts";
import type { GateLimits, Permit } from "./gate.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";

const small: GateLimits = {
  ratePerSecond: 10,
  burst: 2,
  inFlightMax: 2,
  queueMax: 3,
  waitMsMax: 5_000,
};
const limits: Readonly<Record<LimitedLane, GateLimits>> = {
  volume: small,
  identity: small,
  default: small,
};

interface Turns {
  readonly permits: Permit[];
  readonly failures: unknown[];
}

function queueUp(limiter: Limiter, lane: Lane, count: number, signal?: AbortSignal): Turns {
  const turns: Turns = { permits: [], failures: [] };
  for (let index = 0; index < count; index++) {
    limiter.acquire(lane, signal).then(
      (permit) => turns.permits.push(permit),
      (error: unknown) => turns.failures.push(error),
    );
  }
  return turns;
}

Deno.test("acquire() lets no more pass than may be in flight", async () => {
  const wide = { ...small, burst: 9 };
  const limiter = createLimiter({ clock: createFakeClock() }, {
    volume: wide,
    identity: wide,
    default: wide,
  });
  const turns = queueUp(limiter, "default", 4);
  await settle();
  assert.equal(turns.permits.length, 2);
  assert.deepEqual(limiter.state().default, { inFlight: 2, queued: 2 });
  turns.permits[0]?.[Symbol.dispose]();
  await settle();
  assert.equal(turns.permits.length, 3);
});

Deno.test("acquire() refills its bucket at the rate", async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock }, limits);
  const turns = queueUp(limiter, "default", 4);
  await settle();
  for (const permit of turns.permits) permit[Symbol.dispose]();
  await settle();
  assert.equal(turns.permits.length, 2);
  await clock.advance(99);
  assert.equal(turns.permits.length, 2);
  await clock.advance(1);
  assert.equal(turns.permits.length, 3);
  await clock.advance(100);
  assert.equal(turns.permits.length, 4);
});

Deno.test("acquire() counts a permit that is released twice once", async () => {
  const limiter = createLimiter({ clock: createFakeClock() }, limits);
  const turns = queueUp(limiter, "default", 2);
  await settle();
  turns.permits[0]?.[Symbol.dispose]();
  turns.permits[0]?.[Symbol.dispose]();
  assert.equal(limiter.state().default.inFlight, 1);
});

Deno.test("acquire() lets volumes, identities and the lease pass while the default lane is full", async () => {
  const limiter = createLimiter({ clock: createFakeClock() }, limits);
  queueUp(limiter, "default", 5);
  const volumes = queueUp(limiter, "volume", 2);
  const identities = queueUp(limiter, "identity", 2);
  const leases = queueUp(limiter, "lease", 50);
  await settle();
  assert.equal(volumes.permits.length, 2);
  assert.equal(identities.permits.length, 2);
  assert.equal(leases.permits.length, 50);
  for (const permit of leases.permits) permit[Symbol.dispose]();
});

Deno.test("acquire() turns away who comes when the queue is full", async () => {
  const limiter = createLimiter({ clock: createFakeClock() }, limits);
  const turns = queueUp(limiter, "default", 6);
  await settle();
  assert.equal(turns.failures.length, 1);
  assert.match(String(turns.failures[0]), /Cannot queue in lane default/);
});

Deno.test("acquire() gives up after the longest wait", async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock }, limits);
  const turns = queueUp(limiter, "default", 3);
  await clock.advance(5_000);
  assert.match(String(turns.failures[0]), /no turn came in 5000 ms/);
  assert.equal(limiter.state().default.queued, 0);
});

Deno.test("acquire() leaves the queue when aborted and lets the next one pass", async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock }, limits);
  const first = queueUp(limiter, "default", 2);
  const controller = new AbortController();
  const aborted = queueUp(limiter, "default", 1, controller.signal);
  const next = queueUp(limiter, "default", 1);
  await settle();
  controller.abort(new Error("stop"));
  await clock.advance(200);
  first.permits[0]?.[Symbol.dispose]();
  await settle();
  assert.match(String(aborted.failures[0]), /stop/);
  assert.equal(next.permits.length, 1);
  await assert.rejects(limiter.acquire("default", controller.signal), /stop/);
});

Deno.test("LANE_LIMITS let a dry-run and a PATCH of 100 clusters start within 3 s", async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock }, LANE_LIMITS);
  queueUp(limiter, "default", 1_000);
  let started = 0;
  async function grow(): Promise<void> {
    for (const _request of ["dry-run", "patch"]) {
      using _permit = await limiter.acquire("volume");
      started++;
      await clock.sleep(50);
    }
  }
  const growing = Promise.all(Array.from({ length: 100 }, () => grow()));
  await clock.advance(3_000);
  assert.equal(started, 200);
  await growing;
});

Deno.test("createLimiter() tells how long each request waited for its turn", async () => {
  const clock = createFakeClock();
  const waits: [LimitedLane, number][] = [];
  const onPass = (lane: LimitedLane, waitedMs: number): void => void waits.push([lane, waitedMs]);
  const limiter = createLimiter({ clock, onPass }, limits);
  const turns = queueUp(limiter, "volume", 3);
  await settle();
  for (const permit of turns.permits) permit[Symbol.dispose]();
  await clock.advance(200);
  assert.deepEqual(waits, [["volume", 0], ["volume", 0], ["volume", 100]]);
});
