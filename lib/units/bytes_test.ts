import { equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { bytes, GIBIBYTE, isBytes, maxBytes, MEBIBYTE, minBytes, roundUpToStep } from "./bytes.ts";

Deno.test("bytes() accepts whole numbers from zero to the largest exact one", () => {
  equal(bytes(0), 0);
  equal(bytes(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  for (const value of [-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1]) {
    equal(isBytes(value), false);
    throws(() => bytes(value), RangeError);
  }
});

Deno.test("maxBytes() and minBytes() pick a side", () => {
  equal(maxBytes(GIBIBYTE, MEBIBYTE), GIBIBYTE);
  equal(maxBytes(MEBIBYTE, GIBIBYTE), GIBIBYTE);
  equal(minBytes(GIBIBYTE, MEBIBYTE), MEBIBYTE);
  equal(minBytes(MEBIBYTE, GIBIBYTE), MEBIBYTE);
});

Deno.test("roundUpToStep() gives the smallest multiple that is not smaller", () => {
  fc.assert(fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 20 }), (size, step) => {
    const rounded = roundUpToStep(bytes(size), bytes(step));
    equal(rounded % step, 0);
    equal(rounded >= size && rounded - size < step, true);
  }));
});

Deno.test("roundUpToStep() leaves the size alone when there is no step or no exact multiple", () => {
  equal(roundUpToStep(bytes(7), bytes(0)), 7);
  const largest = bytes(Number.MAX_SAFE_INTEGER);
  equal(roundUpToStep(largest, GIBIBYTE), largest);
});
