import assert from "node:assert/strict";
import fc from "fast-check";

import type { Reason } from "../explain/reasons.ts";
import { fileSystemSample, size, walHeadroom } from "../testing/arbitraries.ts";
import {
  gibibytes,
  NOW_MS,
  sampled,
  thresholds,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { bytes, MEBIBYTE } from "../units/bytes.ts";
import { judgeVolume, WAL_SEGMENT_BYTES } from "./judge.ts";
import { type Level, LEVELS } from "./level.ts";
import { nextTrip } from "./trips.ts";

/** How high a level is; unknown is lower than all. */
function rankOf(level: Level | "unknown"): number {
  return level === "unknown" ? -1 : LEVELS.indexOf(level);
}

const CASES: readonly [string, VolumeFields, Parameters<typeof thresholds>[0], Level, Reason][] = [
  ["below every threshold", { usedPercent: 69.9 }, {}, "ok", "Healthy"],
  ["at warning", { usedPercent: 70 }, {}, "warning", "AboveWarning"],
  ["at critical", { usedPercent: 80 }, {}, "critical", "AboveCritical"],
  ["at expansion", { usedPercent: 85 }, {}, "expansion", "AboveExpansion"],
  ["just below emergency", { usedPercent: 89.9 }, {}, "expansion", "AboveExpansion"],
  ["at emergency", { usedPercent: 90 }, {}, "emergency", "AboveEmergency"],
  ["no room for a segment", { usedPercent: 99.9 }, {}, "full", "VolumeFull"],
  [
    "no room for a segment, but pg_wal lies elsewhere",
    { usedPercent: 99.9, holdsWal: false },
    {},
    "emergency",
    "AboveEmergency",
  ],
  ["no room for a page", { usedPercent: 100, holdsWal: false }, {}, "full", "VolumeFull"],
  [
    "recycled segments are room",
    {
      usedPercent: 92,
      walHeadroom: { kind: "known", leastBytes: bytes(0), mostBytes: gibibytes(5) },
    },
    {},
    "ok",
    "Healthy",
  ],
  [
    "recycled segments are never more than the volume",
    {
      usedPercent: 92,
      walHeadroom: { kind: "known", leastBytes: bytes(0), mostBytes: gibibytes(500) },
    },
    {},
    "ok",
    "Healthy",
  ],
  ["at minFree", { usedPercent: 50 }, { minFreeBytes: gibibytes(5) }, "ok", "Healthy"],
  [
    "below minFree",
    { usedPercent: 50 },
    { minFreeBytes: gibibytes(5.1) },
    "expansion",
    "MinFreeReached",
  ],
  [
    "below minFree and above emergency",
    { usedPercent: 95 },
    { minFreeBytes: gibibytes(5.1) },
    "emergency",
    "AboveEmergency",
  ],
  [
    "short of inodes",
    { fileSystem: sampled(50, { inodes: { total: 100, available: 10 } }) },
    {},
    "critical",
    "InodesShort",
  ],
  [
    "enough inodes",
    { fileSystem: sampled(50, { inodes: { total: 100, available: 11 } }) },
    {},
    "ok",
    "Healthy",
  ],
  [
    "no fixed number of inodes",
    { fileSystem: sampled(50, { inodes: { total: 0, available: 0 } }) },
    {},
    "ok",
    "Healthy",
  ],
];

for (const [name, fields, overrides, level, reason] of CASES) {
  Deno.test(`judgeVolume() is ${level} when a volume is ${name}`, () => {
    const judgement = judgeVolume(volume(fields), thresholds(overrides));
    assert.deepEqual([judgement.level, judgement.reason], [level, reason]);
    assert.notEqual(judgement.message, "");
  });
}

Deno.test("judgeVolume() knows no level without a measurement, or with one of a size of zero", () => {
  const stale = { kind: "unknown", reason: "StaleSample", message: "10 min old" } as const;
  const judgement = judgeVolume(volume({ fileSystem: stale }), thresholds());
  assert.deepEqual([judgement.level, judgement.reason], ["unknown", "StaleSample"]);
  const empty = volume({ fileSystem: sampled(0, { totalBytes: bytes(0) }) });
  assert.equal(judgeVolume(empty, thresholds()).level, "unknown");
});

Deno.test("judgeVolume() never falls while more is used", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.nat(2 ** 40),
      fc.nat(2 ** 40),
      fc.boolean(),
      walHeadroom,
      fc.option(size, { nil: undefined }),
      (total, first, second, holdsWal, headroom, minFreeBytes) => {
        const [less, more] = [first % (total + 1), second % (total + 1)].sort((a, b) => a - b);
        assert.ok(less !== undefined && more !== undefined);
        const [lower, higher] = [less, more].map((used) =>
          rankOf(
            judgeVolume(
              volume({
                holdsWal,
                walHeadroom: headroom,
                fileSystem: sampled(0, { totalBytes: bytes(total), usedBytes: bytes(used) }),
              }),
              thresholds({ minFreeBytes }),
            ).level,
          )
        );
        assert.ok(lower !== undefined && higher !== undefined && lower <= higher);
      },
    ),
  );
});

Deno.test("nextTrip() is not above what is free, and crossing it raises the level", () => {
  fc.assert(
    fc.property(
      fileSystemSample,
      walHeadroom,
      fc.boolean(),
      fc.option(size, { nil: undefined }),
      (value, headroom, holdsWal, minFreeBytes) => {
        const limits = thresholds({ minFreeBytes });
        const at = (availableBytes: typeof value.availableBytes): number =>
          rankOf(
            judgeVolume(
              volume({
                holdsWal,
                walHeadroom: headroom,
                fileSystem: {
                  kind: "known",
                  value: { ...value, availableBytes },
                  source: "agent",
                  observedAtMs: NOW_MS,
                },
              }),
              limits,
            ).level,
          );
        const of = volume({
          holdsWal,
          walHeadroom: headroom,
          fileSystem: { kind: "known", value, source: "agent", observedAtMs: NOW_MS },
        });
        const trip = nextTrip(of, limits);
        if (trip === undefined) return;
        const { availableBelowBytes } = trip;
        assert.ok(availableBelowBytes <= value.availableBytes);
        assert.ok(at(bytes(availableBelowBytes - 1)) > at(value.availableBytes));
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("nextTrip() is where the next threshold lies", () => {
  const cases: readonly [VolumeFields, number | undefined][] = [
    [{ usedPercent: 50, fileSystem: sampled(50, { totalBytes: bytes(1e12) }) }, 300e9 + 1],
    [{ fileSystem: sampled(70, { totalBytes: bytes(1e12) }) }, 200e9 + 1],
    [{ fileSystem: sampled(80, { totalBytes: bytes(1e12) }) }, 150e9 + 1],
    [{ fileSystem: sampled(85, { totalBytes: bytes(1e12) }) }, 100e9 + 1],
    [{ fileSystem: sampled(90, { totalBytes: bytes(1e12) }) }, WAL_SEGMENT_BYTES],
    [{ fileSystem: sampled(90, { totalBytes: bytes(1e12) }), holdsWal: false }, undefined],
    [{ fileSystem: sampled(100) }, undefined],
    [{ fileSystem: { kind: "unknown", reason: "NoSample", message: "" } }, undefined],
    [
      {
        fileSystem: sampled(50, { totalBytes: bytes(1e12) }),
        walHeadroom: { kind: "known", leastBytes: bytes(0), mostBytes: MEBIBYTE },
      },
      300e9 + 1 - MEBIBYTE,
    ],
  ];
  for (const [fields, expected] of cases) {
    assert.equal(nextTrip(volume(fields), thresholds())?.availableBelowBytes, expected);
  }
});

Deno.test("nextTrip() counts minFree among the thresholds", () => {
  const trip = nextTrip(volume(), thresholds({ minFreeBytes: gibibytes(4) }));
  assert.equal(trip?.availableBelowBytes, gibibytes(4));
});
