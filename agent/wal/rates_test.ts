import assert from "node:assert/strict";
import fc from "fast-check";
import { lsn } from "../../lib/wal/lsn.ts";
import { SIZE } from "../../lib/wal/testing/evidence.ts";
import {
  type ArchiverCount,
  foldArchiveRate,
  foldWalRate,
  RATE_HALF_LIFE_MS,
  RATE_INTERVAL_MAX_MS,
  RATE_INTERVAL_MIN_MS,
  rateOf,
  type WalRate,
} from "./rates.ts";

function walAt(...points: readonly [atMs: number, position: bigint][]): WalRate | undefined {
  return points.reduce<WalRate | undefined>(
    (rate, [atMs, position]) => foldWalRate(rate, lsn(position), atMs),
    undefined,
  );
}

function archived(archivedCount: number, resetAtMs = 0): ArchiverCount {
  return { archivedCount, resetAtMs };
}

Deno.test("foldWalRate() gives the first rate as it is", () => {
  assert.equal(walAt([0, 0n], [2_000, 5_000n])?.bytesPerSecond, 2_500);
});

Deno.test("foldWalRate() moves half-way to a new rate in one half-life", () => {
  const rate = walAt([0, 0n], [1_000, 1_000n], [1_000 + RATE_HALF_LIFE_MS, 1_000n]);
  assert.equal(rate?.bytesPerSecond, 500);
});

Deno.test("foldWalRate() begins anew when the position went backwards, or the looks are far apart", () => {
  assert.equal(walAt([0, 9_000n], [1_000, 1_000n])?.bytesPerSecond, undefined);
  assert.equal(walAt([0, 0n], [RATE_INTERVAL_MAX_MS + 1, 1_000n])?.bytesPerSecond, undefined);
});

Deno.test("foldWalRate() loses nothing when two looks follow at once", () => {
  const atMs = 1_000 + RATE_INTERVAL_MIN_MS - 1;
  const rate = walAt([0, 0n], [1_000, 1_000n], [atMs, 9_000n], [2_000, 10_000n]);
  assert.ok((rate?.bytesPerSecond ?? 0) > 1_000);
  assert.equal(rate?.lsn, 10_000n);
});

Deno.test("foldWalRate() stays between the slowest and the fastest that was seen", () => {
  const step = fc.record({
    elapsedMs: fc.integer({ min: RATE_INTERVAL_MIN_MS, max: 60_000 }),
    written: fc.bigInt({ min: 0n, max: 2n ** 40n }),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
    let rate = foldWalRate(undefined, lsn(0n), 0);
    for (const { elapsedMs, written } of steps) {
      rate = foldWalRate(rate, lsn(rate.lsn + written), rate.atMs + elapsedMs);
    }
    const seen = steps.map(({ elapsedMs, written }) => Number(written) * 1000 / elapsedMs);
    const slack = 1e-6 * Math.max(...seen) + 1e-6;
    const value = rate.bytesPerSecond ?? -1;
    assert.ok(value >= Math.min(...seen) - slack && value <= Math.max(...seen) + slack);
  }));
});

Deno.test("foldArchiveRate() counts segments", () => {
  const first = foldArchiveRate(undefined, archived(5), SIZE, 0);
  const second = foldArchiveRate(first, archived(7), SIZE, 1_000);
  assert.equal(second.bytesPerSecond, 2 * SIZE);
});

Deno.test("foldArchiveRate() begins anew when the statistics were reset", () => {
  const first = foldArchiveRate(undefined, archived(5), SIZE, 0);
  const second = foldArchiveRate(first, archived(6), SIZE, 1_000);
  assert.equal(foldArchiveRate(second, archived(7, 99), SIZE, 2_000).bytesPerSecond, undefined);
  assert.equal(foldArchiveRate(second, archived(1), SIZE, 2_000).bytesPerSecond, undefined);
});

Deno.test("rateOf() does not know a rate after one look", () => {
  assert.equal(rateOf(walAt([0, 5n])).kind, "unknown");
  assert.equal(rateOf(undefined).kind, "unknown");
  assert.deepEqual(rateOf(walAt([0, 0n], [1_000, 8n])), { kind: "known", value: 8 });
});
