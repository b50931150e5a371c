import assert from "node:assert/strict";
import fc from "fast-check";

import { lsn } from "./lsn.ts";
import {
  isSegmentSize,
  offsetInSegment,
  segmentBefore,
  segmentNumber,
  segmentOf,
  segmentSize,
  segmentsPerLogId,
  segmentStart,
} from "./segment.ts";
import { anySegmentSize } from "./testing/arbitraries.ts";

Deno.test("isSegmentSize() accepts the powers of two from 1 MiB to 1 GiB", () => {
  const accepted = Array.from({ length: 40 }, (_, power) => 2 ** power).filter(isSegmentSize);
  assert.deepEqual(accepted, Array.from({ length: 11 }, (_, index) => 2 ** (20 + index)));
  for (const value of [0, -1, 2 ** 24 + 1, 3 * 2 ** 20, Number.NaN, Infinity]) {
    assert.ok(!isSegmentSize(value), String(value));
    assert.throws(() => segmentSize(value), RangeError);
  }
});

Deno.test("T21: segmentOf() and segmentStart() are exact for every segment size", () => {
  fc.assert(
    fc.property(anySegmentSize, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (size, raw) => {
      const position = lsn(raw);
      const segment = segmentOf(position, size);
      const start = segmentStart(segment, size);
      assert.ok(start <= position && position < start + BigInt(size));
      assert.equal(start + BigInt(offsetInSegment(position, size)), position);
      assert.equal(segmentOf(start, size), segment);
      if (start > 0n) assert.equal(segmentOf(lsn(start - 1n), size), segment - 1);
    }),
  );
});

Deno.test("segmentOf() puts a boundary into the segment that begins there (W13)", () => {
  assert.equal(segmentOf(lsn(0x3000000n), segmentSize(2 ** 24)), 3);
  assert.equal(segmentOf(lsn(0x2FFFFFFn), segmentSize(2 ** 24)), 2);
});

Deno.test("segmentsPerLogId() is what 4 GiB hold", () => {
  const cases: readonly [number, number][] = [[2 ** 20, 4096], [2 ** 24, 256], [2 ** 26, 64], [
    2 ** 30,
    4,
  ]];
  for (const [size, count] of cases) assert.equal(segmentsPerLogId(segmentSize(size)), count);
});

Deno.test("segmentBefore() stops at the first segment that exists", () => {
  assert.equal(segmentBefore(segmentNumber(7), 2), 5);
  for (const count of [6, 7, 1000]) assert.equal(segmentBefore(segmentNumber(7), count), 1);
  assert.equal(segmentBefore(segmentNumber(0), 0), 1);
});

Deno.test("segmentNumber() refuses fractions, negatives and what no position reaches", () => {
  for (const value of [-1, 0.5, 2 ** 44, Number.NaN]) {
    assert.throws(() => segmentNumber(value), RangeError);
  }
});
