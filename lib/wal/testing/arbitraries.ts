/**
 * Arbitrary sizes, segments and positions.
 *
 * @module
 */

import fc from "fast-check";

import { FIRST_SEGMENT, segmentNumber, type SegmentSize, segmentSize } from "../segment.ts";
import type { Segment } from "../segment_name.ts";

/** Every segment size that PostgreSQL allows. */
export const anySegmentSize: fc.Arbitrary<SegmentSize> = fc.integer({ min: 20, max: 30 })
  .map((power) => segmentSize(2 ** power));

/** Any segment of a size, the first and the last among them. */
export function anySegment(size: SegmentSize): fc.Arbitrary<Segment> {
  const last = 2 ** 64 / size - 1;
  return fc.record({
    timeline: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(2 ** 32 - 1)),
    number: fc.oneof(
      fc.integer({ min: FIRST_SEGMENT, max: 600 }),
      fc.maxSafeNat().map((value) => FIRST_SEGMENT + value % last),
      fc.constantFrom(FIRST_SEGMENT, last),
    ).map((value) => segmentNumber(value)),
  }).map(({ timeline, number }) => ({ timeline, number }));
}
