import assert from "node:assert/strict";
import fc from "fast-check";
import { DAY, HOUR, MINUTE } from "../../lib/units/millis.ts";
import { followClocks, type TrustedTime } from "./trusted_time.ts";

/** Looks every minute of the monotonic clock, which begins at 0, for `minutes`. */
function follow(before: TrustedTime | undefined, wallMs: number, minutes: number): TrustedTime {
  let trusted = before ?? followClocks(undefined, { wallMs, monotonicMs: 0 });
  for (let minute = 0; minute < minutes; minute++) {
    trusted = followClocks(trusted, {
      wallMs: wallMs + minute * MINUTE,
      monotonicMs: trusted.monotonicMs + MINUTE,
    });
  }
  return trusted;
}

Deno.test("followClocks() follows a wall clock that goes as it should", () => {
  assert.equal(follow(undefined, 5 * DAY, 100).nowMs, 5 * DAY + 99 * MINUTE);
});

Deno.test("followClocks() follows a wall clock that is set back at once", () => {
  assert.equal(follow(follow(undefined, 5 * DAY, 10), 2 * DAY, 1).nowMs, 2 * DAY);
});

Deno.test("followClocks() believes a wall clock that is set ahead only after a day", () => {
  const before = follow(undefined, 5 * DAY, 10);
  const ahead = follow(before, 400 * DAY, 60);
  assert.equal(ahead.nowMs, before.nowMs + HOUR);
  assert.equal(follow(ahead, 400 * DAY, 24 * 60 - 61).nowMs, before.nowMs + DAY - MINUTE);
  assert.ok(follow(ahead, 400 * DAY, 24 * 60).nowMs > 399 * DAY);
});

Deno.test("followClocks() forgets a jump that was taken back", () => {
  const before = follow(undefined, 5 * DAY, 10);
  const corrected = follow(follow(before, 400 * DAY, 60), before.nowMs + HOUR + MINUTE, 1);
  assert.equal(corrected.aheadSinceMs, undefined);
  assert.equal(corrected.nowMs, before.nowMs + HOUR + MINUTE);
});

Deno.test("followClocks() is never ahead of the wall clock", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.nat())), (looks) => {
    let trusted: TrustedTime | undefined;
    let monotonicMs = 0;
    for (const [wallMs, passedMs] of looks) {
      monotonicMs += passedMs;
      trusted = followClocks(trusted, { wallMs, monotonicMs });
      assert.ok(trusted.nowMs <= wallMs);
    }
  }));
});
