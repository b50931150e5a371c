import assert from "node:assert/strict";
import fc from "fast-check";

import { compareLsns, formatLsn, lsn, maxLsn, minLsn, parseLsn, walBetween } from "./lsn.ts";

const anyLsn = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => lsn(value));

Deno.test("formatLsn() writes what PostgreSQL writes", () => {
  const cases: readonly [bigint, string][] = [
    [0n, "0/0"],
    [0x3000028n, "0/3000028"],
    [0x16B374D848n, "16/B374D848"],
    [2n ** 64n - 1n, "FFFFFFFF/FFFFFFFF"],
  ];
  for (const [value, text] of cases) assert.equal(formatLsn(lsn(value)), text);
});

Deno.test("parseLsn() reads back every position", () => {
  fc.assert(fc.property(anyLsn, (position) => {
    assert.equal(parseLsn(formatLsn(position)), position);
  }));
});

Deno.test("parseLsn() refuses what is no position", () => {
  for (const text of ["", "/", "1/", "/1", "0/123456789", "G/0", "0-0", " 0/0", "0/0\n"]) {
    assert.equal(parseLsn(text), undefined, JSON.stringify(text));
  }
});

Deno.test("lsn() refuses what 64 bits do not hold", () => {
  assert.throws(() => lsn(-1n), RangeError);
  assert.throws(() => lsn(2n ** 64n), RangeError);
});

Deno.test("walBetween() is zero backwards and exact forwards, up to what a size can be", () => {
  assert.equal(walBetween(lsn(10n), lsn(25n)), 15);
  assert.equal(walBetween(lsn(25n), lsn(10n)), 0);
  assert.equal(walBetween(lsn(0n), lsn(2n ** 60n)), Number.MAX_SAFE_INTEGER);
});

Deno.test("compareLsns(), minLsn() and maxLsn() agree", () => {
  fc.assert(fc.property(anyLsn, anyLsn, (first, second) => {
    assert.equal(Math.sign(compareLsns(first, second)), -Math.sign(compareLsns(second, first)) + 0);
    assert.ok(minLsn(first, second) <= maxLsn(first, second));
    assert.equal(minLsn(first, second) + maxLsn(first, second), first + second);
  }));
});
