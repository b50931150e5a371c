import { equal, throws } from "node:assert/strict";
import { percent } from "./percent.ts";

Deno.test("percent() accepts finite numbers from zero", () => {
  equal(percent(0), 0);
  equal(percent(87.5), 87.5);
  equal(percent(250), 250);
  for (const value of [-1, NaN, Infinity]) throws(() => percent(value), RangeError);
});
