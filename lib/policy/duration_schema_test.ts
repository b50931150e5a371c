import assert from "node:assert/strict";
import fc from "fast-check";

import { HOUR, millis, MINUTE } from "../units/millis.ts";
import { durationSchema, readDuration, writeDuration } from "./duration_schema.ts";

const BOUNDS = { minMs: millis(5 * MINUTE), maxMs: millis(168 * HOUR), example: "2h" };

Deno.test("durationSchema() takes hours and minutes within its bounds, both ends included", () => {
  const schema = durationSchema("How long.", BOUNDS);
  for (const text of ["5m", "2h", "1h30m", "168h", "90m"]) {
    assert.ok(schema.safeParse(text).success, text);
  }
  for (const text of ["", "4m", "168h1m", "2d", "2", "1h30", "30m1h", "-2h", " 2h", "1.5h"]) {
    assert.equal(schema.safeParse(text).success, false, text);
  }
});

Deno.test("durationSchema() names its bounds and an example", () => {
  const { error } = durationSchema("How long.", BOUNDS).safeParse("4m");
  assert.match(error?.message ?? "", /from 5m to 168h, such as 2h/);
});

Deno.test("writeDuration() is what readDuration() reads back, whole minutes at least", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 99_999 * 60 }), (minutes) => {
    assert.equal(readDuration(writeDuration(millis(minutes * MINUTE))), minutes * MINUTE);
  }));
  assert.equal(writeDuration(millis(90 * MINUTE + 59_999)), "1h30m");
});
