import { equal, throws } from "node:assert/strict";
import { after, earliest, millis, MINUTE, SECOND } from "./millis.ts";

Deno.test("millis() rounds fractions and refuses what is not finite", () => {
  equal(millis(1.5), 2);
  equal(millis(-3), -3);
  for (const value of [NaN, Infinity, -Infinity]) throws(() => millis(value), RangeError);
});

Deno.test("after() adds a duration to an instant", () => {
  equal(after(MINUTE, SECOND), 61_000);
});

Deno.test("earliest() ignores what is absent", () => {
  equal(earliest(undefined, undefined), undefined);
  equal(earliest(SECOND, undefined), SECOND);
  equal(earliest(undefined, SECOND), SECOND);
  equal(earliest(MINUTE, SECOND), SECOND);
  equal(earliest(SECOND, MINUTE), SECOND);
});
