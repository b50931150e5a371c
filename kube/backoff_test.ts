import assert from "node:assert/strict";
import fc from "fast-check";

import { createBackoff, fullJitterMs } from "./backoff.ts";
import { createFakeClock } from "./testing/fake_clock.ts";

const bounds = { initialMs: 800, maxMs: 30_000 };

Deno.test("fullJitterMs() stays between zero and the bound for every try", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2_000 }),
    fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    (tries, share) => {
      const waitMs = fullJitterMs(tries, bounds, () => share);
      return waitMs >= 0 && waitMs <= bounds.maxMs;
    },
  ));
});

Deno.test("createBackoff() doubles its bound up to the maximum", () => {
  const clock = createFakeClock();
  const backoff = createBackoff({ clock, random: () => 1, ...bounds, resetAfterMs: 120_000 });
  const waits = Array.from({ length: 8 }, () => backoff.nextMs());
  assert.deepEqual(waits, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  assert.equal(backoff.failures, 8);
});

Deno.test("createBackoff() starts anew when the last failure is long ago", async () => {
  const clock = createFakeClock();
  const backoff = createBackoff({ clock, random: () => 1, ...bounds, resetAfterMs: 120_000 });
  backoff.nextMs();
  await clock.advance(119_999);
  assert.equal(backoff.nextMs(), 1_600);
  await clock.advance(120_000);
  assert.equal(backoff.nextMs(), 800);
  assert.equal(backoff.failures, 1);
});
