import assert from "node:assert/strict";

import { summarizedLsnOf } from "./wal_summary.ts";

function summary(timeline: number, start: bigint, end: bigint): string {
  const digits = (value: bigint, count: number): string =>
    value.toString(16).toUpperCase().padStart(count, "0");
  return `${digits(BigInt(timeline), 8)}${digits(start, 16)}${digits(end, 16)}.summary`;
}

Deno.test("summarizedLsnOf() is the furthest end on the newest timeline", () => {
  const names = [
    summary(1, 0x100n, 0x900n),
    summary(2, 0x300n, 0x500n),
    summary(2, 0x200n, 0x300n),
    "temp.summary",
    "0000000200000000",
  ];
  assert.equal(summarizedLsnOf(names), 0x500n);
  assert.equal(summarizedLsnOf(names.toReversed()), 0x500n);
});

Deno.test("summarizedLsnOf() knows nothing without a summary", () => {
  assert.equal(summarizedLsnOf([]), undefined);
  assert.equal(summarizedLsnOf(["x.summary"]), undefined);
});
