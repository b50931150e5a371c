import assert from "node:assert/strict";
import fc from "fast-check";

import { segmentNumber, segmentSize } from "./segment.ts";
import { compareSegments, formatSegmentName, parseSegmentName } from "./segment_name.ts";
import { anySegment, anySegmentSize } from "./testing/arbitraries.ts";

const MIB = 2 ** 20;

Deno.test("T21: names roll over where the segment size says", () => {
  const cases: readonly [number, number, string, string][] = [
    [1, 4095, "0000000100000000" + "00000FFF", "0000000100000001" + "00000000"],
    [16, 255, "0000000100000000" + "000000FF", "0000000100000001" + "00000000"],
    [64, 63, "0000000100000000" + "0000003F", "0000000100000001" + "00000000"],
    [1024, 3, "0000000100000000" + "00000003", "0000000100000001" + "00000000"],
  ];
  for (const [sizeMib, number, last, next] of cases) {
    const size = segmentSize(sizeMib * MIB);
    assert.equal(formatSegmentName({ timeline: 1, number: segmentNumber(number) }, size), last);
    assert.equal(formatSegmentName({ timeline: 1, number: segmentNumber(number + 1) }, size), next);
  }
});

Deno.test("parseSegmentName() reads back every name of every segment size", () => {
  fc.assert(fc.property(anySegmentSize, fc.gen(), (size, gen) => {
    const segment = gen(anySegment, size);
    const name = formatSegmentName(segment, size);
    assert.match(name, /^[0-9A-F]{24}$/);
    assert.deepEqual(parseSegmentName(name, size), segment);
  }));
});

Deno.test("parseSegmentName() refuses names that no segment has", () => {
  const size = segmentSize(16 * MIB);
  const cases = {
    "a last part beyond 4 GiB": "000000010000000000000100",
    "segment 0": "000000010000000000000000",
    "timeline 0": "000000000000000000000001",
    "lower case": "00000001000000000000000a",
    "one digit too few": "00000001000000000000001",
    "one digit too many": "0000000100000000000000011",
    "an ending": "000000010000000000000001.partial",
    "a line feed": "000000010000000000000001\n",
  };
  for (const [what, name] of Object.entries(cases)) {
    assert.equal(parseSegmentName(name, size), undefined, what);
  }
});

Deno.test("compareSegments() looks at the number first, whatever the timeline (W11)", () => {
  const older = { timeline: 2, number: segmentNumber(5) };
  const newer = { timeline: 1, number: segmentNumber(255) };
  assert.ok(compareSegments(older, newer) < 0);
  assert.ok(compareSegments({ ...older, timeline: 1 }, older) < 0);
});

Deno.test("formatSegmentName() names no segment 0 and no timeline 0", () => {
  const size = segmentSize(16 * MIB);
  assert.throws(
    () => formatSegmentName({ timeline: 1, number: segmentNumber(0) }, size),
    RangeError,
  );
  assert.throws(
    () => formatSegmentName({ timeline: 0, number: segmentNumber(1) }, size),
    RangeError,
  );
});
