import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { sweepEvents } from "./sweep_events.ts";

const HOUR_MS = 3_600_000;

Deno.test("sweepEvents() sweeps every cluster once an hour until it is ended", async () => {
  const clock = createFakeClock();
  const ending = new AbortController();
  const swept: string[] = [];
  const done = sweepEvents({
    clusters: () => ["shop/orders", "bank/ledger"],
    sweep(namespace, clusterName): ReturnType<Parameters<typeof sweepEvents>[0]["sweep"]> {
      swept.push(`${clusterName} in ${namespace}`);
      return Promise.resolve({ deleted: 0, left: 0 });
    },
    clock,
  }, ending.signal);
  await clock.advance(HOUR_MS - 1);
  assert.deepEqual(swept, []);
  await clock.advance(1);
  assert.deepEqual(swept, ["orders in shop", "ledger in bank"]);
  await clock.advance(HOUR_MS);
  assert.equal(swept.length, 4);
  ending.abort();
  await done;
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("sweepEvents() leaves the other clusters when it is ended in the middle", async () => {
  const clock = createFakeClock();
  const ending = new AbortController();
  let sweeps = 0;
  const done = sweepEvents({
    clusters: () => ["shop/first", "shop/second"],
    sweep(): ReturnType<Parameters<typeof sweepEvents>[0]["sweep"]> {
      sweeps++;
      ending.abort();
      return Promise.resolve({ deleted: 0, left: 0 });
    },
    clock,
  }, ending.signal);
  await clock.advance(HOUR_MS);
  await done;
  assert.equal(sweeps, 1);
});

Deno.test("sweepEvents() rejects when the clock does", async () => {
  const clock = {
    ...createFakeClock(),
    sleep: () => Promise.reject(new RangeError("no such time")),
  };
  const sweeping = { clusters: () => [], sweep: () => Promise.reject(), clock };
  await assert.rejects(sweepEvents(sweeping, new AbortController().signal), RangeError);
});
