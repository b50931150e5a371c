import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { lsn } from "./lsn.ts";
import { recyclingLimit, type RecyclingSettings, returnedSegments } from "./recycling.ts";
import { segmentNumber } from "./segment.ts";
import { SIZE } from "./testing/evidence.ts";

const SETTINGS: RecyclingSettings = {
  minWalBytes: bytes(80 * 2 ** 20),
  maxWalBytes: bytes(2 ** 30),
  completionTarget: 0.9,
};
const REDO = lsn(100n << 24n);

Deno.test("recyclingLimit() lies between min_wal_size and max_wal_size", () => {
  const limit = (distanceMib: number): number =>
    recyclingLimit(REDO, SIZE, {
      ...SETTINGS,
      distanceEstimateBytes: bytes(distanceMib * 2 ** 20),
    }).least;
  assert.equal(limit(0), 104, "min_wal_size is 5 segments");
  assert.equal(limit(160), 121, "100 + ceil(1.1 * 1.9 * 10)");
  assert.equal(limit(10_000), 163, "max_wal_size is 64 segments");
  assert.deepEqual(recyclingLimit(REDO, SIZE, SETTINGS), { least: 104, most: 163 });
});

Deno.test("returnedSegments() is what is freed beyond the limit", () => {
  const limit = { least: segmentNumber(104), most: segmentNumber(163) };
  const returned = (freed: number, future: number): string => {
    const { least, most } = returnedSegments(freed, segmentNumber(101), future, limit);
    return `${least} to ${most}`;
  };
  assert.equal(returned(20, 0), "0 to 17");
  assert.equal(returned(20, 3), "0 to 20");
  assert.equal(returned(100, 0), "38 to 97");
  assert.equal(returned(0, 0), "0 to 0");
});
