import assert from "node:assert/strict";

import { ApiError, type JsonObject } from "../api.ts";
import { settle } from "../testing/fake_clock.ts";
import { TransportError } from "../transport.ts";
import { createElector } from "./elector.ts";
import { createLeaseWorld, LEASE_NAME, type LeaseVerb } from "./testing/lease_world.ts";

const LOST = new TransportError("Cannot reach the server", "connection");

Deno.test("run() makes a Lease that is not there, renews it, and tells who leads", async () => {
  const world = createLeaseWorld();
  const leaders: string[] = [];
  let began = 0;
  const { elector, stop, ended } = world.candidate("a", {
    onLeading: () => void began++,
    onLeader: (identity) => void leaders.push(identity),
  });
  await world.clock.advance(0);
  assert.ok(elector.isLeader());
  const made = world.spec();
  assert.equal(made?.["leaseDurationSeconds"], 15);
  assert.equal(made?.["acquireTime"], "2026-01-01T00:00:00.000000Z");
  await world.clock.advance(60_000);
  assert.ok(elector.isLeader());
  assert.deepEqual(world.spec(), { ...made, renewTime: "2026-01-01T00:01:00.000000Z" });
  assert.deepEqual([began, leaders], [1, ["a"]]);
  assert.deepEqual(elector.status(), {
    leads: true,
    leader: "a",
    transitions: 0,
    trouble: undefined,
  });
  assert.deepEqual(world.requests.slice(0, 4), ["get", "create", "replace", "replace"]);
  stop();
  assert.equal(await ended, "stopped");
});

Deno.test("run() leaves a Lease to its holder for as long as it is renewed, whatever its times say", async () => {
  const world = createLeaseWorld();
  const spec = { holderIdentity: "x", leaseDurationSeconds: 15 };
  world.write({ ...spec, renewTime: "1999-01-01T00:00:00.000000Z" });
  const { elector, stop } = world.candidate("a");
  for (let round = 0; round < 10; round++) {
    await world.clock.advance(10_000);
    world.write({ ...spec, renewTime: `1999-01-01T00:00:0${round}.000000Z` });
    world.clock.jump(86_400_000);
    assert.equal(elector.isLeader(), false);
    assert.equal(elector.status().leader, "x");
  }
  stop();
});

Deno.test("run() takes a Lease the moment its holder's time is up, and counts the change", async () => {
  const world = createLeaseWorld();
  world.write({ holderIdentity: "x", leaseDurationSeconds: 15, leaseTransitions: 7 });
  const { elector, stop } = world.candidate("a");
  await world.clock.advance(14_999);
  assert.equal(elector.isLeader(), false);
  await world.clock.advance(1);
  assert.ok(elector.isLeader());
  assert.equal(world.spec()?.["leaseTransitions"], 8);
  assert.equal(elector.status().transitions, 8);
  stop();
});

Deno.test("run() waits as long as the holder asked others to, or its own time if it did not say", async () => {
  for (const [seconds, expectedMs] of [[30, 30_000], [undefined, 15_000], ["odd", 15_000]]) {
    const world = createLeaseWorld();
    world.write({ holderIdentity: "x", leaseDurationSeconds: seconds });
    const { elector, stop } = world.candidate("a");
    await world.clock.advance(Number(expectedMs) - 1);
    assert.equal(elector.isLeader(), false);
    await world.clock.advance(1);
    assert.ok(elector.isLeader());
    stop();
  }
});

Deno.test("run() takes a released Lease at its next try, and of two only one does", async () => {
  const world = createLeaseWorld();
  const first = world.candidate("a");
  await world.clock.advance(1_000);
  const others = [world.candidate("b"), world.candidate("c")];
  await world.clock.advance(5_000);
  first.stop();
  assert.equal(await first.ended, "stopped");
  assert.ok(first.elector.isLeader(), "until its work has ended");
  await first.elector.release();
  assert.equal(first.elector.isLeader(), false);
  assert.equal(world.spec()?.["holderIdentity"], "");
  assert.equal(world.spec()?.["leaseDurationSeconds"], 1);
  await world.clock.advance(2_000);
  assert.equal(others.filter(({ elector }) => elector.isLeader()).length, 1);
  for (const { stop } of others) stop();
});

Deno.test("isLeader() is false once the deadline since the start of the last renewal has passed", async () => {
  const world = createLeaseWorld();
  const { elector, ended } = world.candidate("a");
  await world.clock.advance(4_000);
  world.fault = () => ({ when: "before", error: LOST });
  await world.clock.advance(9_999);
  assert.ok(elector.isLeader());
  assert.match(elector.status().trouble ?? "", /Cannot compete for the lease system\/storage/);
  await world.clock.advance(1);
  assert.equal(elector.isLeader(), false);
  assert.equal(await ended, "lost");
});

Deno.test("isLeader() stays false when the answer to a renewal comes after the deadline", async () => {
  const world = createLeaseWorld();
  const gate = Promise.withResolvers<void>();
  let isSlow = false;
  const { elector, ended } = world.candidate("a", {
    api: {
      ...world.api,
      async replace(...args): Promise<JsonObject> {
        const answer = await world.api.replace(...args);
        if (isSlow) await gate.promise;
        return answer;
      },
    },
  });
  await world.clock.advance(2_000);
  isSlow = true;
  await world.clock.advance(11_000);
  assert.equal(elector.isLeader(), false);
  gate.resolve();
  await settle();
  assert.equal(elector.isLeader(), false);
  assert.equal(await ended, "lost");
});

Deno.test("run() finds out what became of a renewal whose answer was lost, and leads on", async () => {
  const world = createLeaseWorld();
  const { elector, stop } = world.candidate("a");
  await world.clock.advance(1_000);
  let left = 2;
  world.fault = (verb) =>
    verb === "replace" && left-- > 0 ? { when: "after", error: LOST } : undefined;
  await world.clock.advance(30_000);
  assert.ok(elector.isLeader());
  assert.equal(elector.status().trouble, undefined);
  assert.equal(elector.status().transitions, 0);
  stop();
});

Deno.test("run() leads on through any failure that passes, and makes a deleted Lease anew", async () => {
  const failures: [LeaseVerb, number, string][] = [
    ["replace", 409, "Conflict"],
    ["replace", 404, "NotFound"],
    ["replace", 410, "Gone"],
    ["replace", 500, "InternalError"],
    ["replace", 503, "ServiceUnavailable"],
    ["get", 429, "TooManyRequests"],
  ];
  for (const [failing, code, reason] of failures) {
    const world = createLeaseWorld();
    const { elector, stop } = world.candidate("a");
    await world.clock.advance(1_000);
    world.remove();
    let left = 1;
    world.fault = (verb) =>
      verb === failing && left-- > 0
        ? { when: "before", error: new ApiError(reason, { code, reason }) }
        : undefined;
    await world.clock.advance(9_000);
    assert.ok(elector.isLeader(), reason);
    assert.equal(world.spec()?.["holderIdentity"], "a", reason);
    stop();
  }
});

Deno.test("run() ends with lost as soon as another is seen to hold the Lease", async () => {
  const world = createLeaseWorld();
  const { elector, ended } = world.candidate("a");
  await world.clock.advance(1_000);
  world.write({ holderIdentity: "b", leaseDurationSeconds: 15 });
  await world.clock.advance(1_000);
  assert.equal(await ended, "lost");
  assert.equal(elector.isLeader(), false);
  assert.equal(elector.status().leader, "b");
  await elector.release();
  assert.equal(world.spec()?.["holderIdentity"], "b", "what another holds is not released");
});

Deno.test("run() leaves a deleted Lease to the holder that it saw until its time is up", async () => {
  const world = createLeaseWorld();
  world.write({ holderIdentity: "x", leaseDurationSeconds: 15 });
  const { elector, stop } = world.candidate("a");
  await world.clock.advance(3_000);
  world.remove();
  await world.clock.advance(11_999);
  assert.equal(world.spec(), undefined);
  await world.clock.advance(1);
  assert.ok(elector.isLeader());
  stop();
});

Deno.test("run() names the right that is missing, once, and leads when it is granted", async () => {
  const world = createLeaseWorld();
  world.fault = () => ({
    when: "before",
    error: new ApiError("leases is forbidden: cannot create resource", {
      code: 403,
      reason: "Forbidden",
    }),
  });
  const { elector, stop } = world.candidate("a");
  await world.clock.advance(20_000);
  const told = world.logger.lines.filter(({ level }) => level === "warn");
  assert.equal(told.length, 1);
  assert.match(
    String(told[0]?.fields["error"]),
    /rights get, create and update to leases of coordination\.k8s\.io in namespace system.*cannot create/,
  );
  world.fault = () => undefined;
  await world.clock.advance(2_000);
  assert.ok(elector.isLeader());
  stop();
});

Deno.test("release() outlives a late renewal of its own, and gives up in time", async () => {
  const world = createLeaseWorld();
  const { elector, stop, ended } = world.candidate("a");
  await world.clock.advance(1_000);
  stop();
  await ended;
  let left = 1;
  world.fault = (verb) => {
    if (verb === "replace" && left-- > 0) world.write({ holderIdentity: "a" });
    return undefined;
  };
  await elector.release();
  assert.equal(world.spec()?.["holderIdentity"], "");

  world.fault = () => ({ when: "before", error: LOST });
  await elector.release();
  assert.equal(world.logger.lines.at(-1)?.message, "the lease was not released");
});

Deno.test("createElector() refuses a timing that would not keep two from leading at once", () => {
  const world = createLeaseWorld();
  const { api, clock, logger } = world;
  for (
    const [lease, deadline, retry, expected] of [
      [10_000, 10_000, 2_000, /lease duration above the renew deadline \(10000ms\), found 10000ms/],
      [15_000, 2_400, 2_000, /renew deadline above 1\.2 retry periods \(2400ms\), found 2400ms/],
      [999, 500, 100, /lease duration of at least 1s, found 999ms/],
      [15_000, 10_000, 0, /retry period above zero/],
    ] as const
  ) {
    const timing = { leaseDurationMs: lease, renewDeadlineMs: deadline, retryPeriodMs: retry };
    const options = { api, lease: LEASE_NAME, identity: "a", timing, clock, logger };
    assert.throws(() => createElector({ ...options, random: () => 0 }), expected);
  }
});
