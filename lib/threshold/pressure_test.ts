import assert from "node:assert/strict";
import fc from "fast-check";

import { fileSystemSample, size, walHeadroom } from "../testing/arbitraries.ts";
import { gibibytes, sampled } from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import { headroomAtPressure, headroomOf, pressureOf, usedPercentOf } from "./pressure.ts";

Deno.test("headroomOf() is an interval within the file system", () => {
  fc.assert(
    fc.property(fileSystemSample, walHeadroom, (sample, wal) => {
      const { mostBytes } = headroomOf(sample, wal);
      assert.ok(mostBytes <= Math.max(sample.totalBytes, sample.availableBytes));
    }),
  );
});

Deno.test("pressureOf() judges by the upper end of the headroom", () => {
  const { value } = sampled(80);
  const wal = { kind: "known", leastBytes: gibibytes(1), mostBytes: gibibytes(3) } as const;
  assert.equal(pressureOf(value, { kind: "unknown" }), 80);
  assert.equal(pressureOf(value, wal), 50);
  assert.deepEqual(headroomOf(value, wal), { leastBytes: gibibytes(3), mostBytes: gibibytes(5) });
});

Deno.test("pressureOf() and usedPercentOf() know nothing of a file system without a size", () => {
  const { value } = sampled(0, { totalBytes: bytes(0) });
  assert.equal(pressureOf(value, { kind: "unknown" }), undefined);
  assert.equal(usedPercentOf(value), undefined);
});

Deno.test("headroomAtPressure() is where the pressure reaches a whole percentage", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 2 ** 43 }),
      fc.integer({ min: 1, max: 99 }),
      (total, percentage) => {
        const headroom = headroomAtPressure(bytes(total), percentage);
        const at = (availableBytes: number): number | undefined =>
          pressureOf(
            sampled(0, { totalBytes: bytes(total), availableBytes: bytes(availableBytes) }).value,
            { kind: "unknown" },
          );
        assert.ok((at(headroom) ?? 0) >= percentage);
        assert.ok((at(headroom + 1) ?? 100) < percentage);
      },
    ),
  );
});

Deno.test("headroomAtPressure() stays within the file system for any percentage", () => {
  fc.assert(
    fc.property(size, fc.double({ noNaN: true }), (total, percentage) => {
      const headroom = headroomAtPressure(total, percentage);
      assert.ok(headroom >= 0 && headroom <= total);
    }),
  );
});
