import assert from "node:assert/strict";
import fc from "fast-check";

import type { Event } from "../event/event.ts";
import {
  expansionEvent,
  gibibytes,
  policy,
  progressOf,
  sampled,
  thresholds,
  volume,
} from "../testing/builders.ts";
import { bytesPerSecond } from "../forecast/rate.ts";
import type { Confidence } from "../forecast/growth.ts";
import { timeToFull } from "../forecast/time_to_full.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { type Bytes, bytes, GIBIBYTE, MEBIBYTE } from "../units/bytes.ts";
import { DAY, HOUR, millis, SECOND } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import type { ClusterView, FirstSeenSize } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { limitOf, percentageFor, rescueLimit, targetSize } from "./target.ts";

const EXPANSION = policy().settings.expansion;
const NO_TIME = millis(0);

function sized(capacityBytes: Bytes, usedPercent = 86, instance = "orders-1"): Volume {
  return volume({ instance, usedPercent, claim: { capacityBytes } });
}

const sizeGibibytes = fc.integer({ min: 1, max: 2000 });
const smallSize = fc.integer({ min: 1, max: 4 * GIBIBYTE }).map((value) => bytes(value));
const capacity = fc.oneof(sizeGibibytes.map(gibibytes), smallSize);

Deno.test("targetSize() is above the present size, far enough, aligned, and within the limit", () => {
  fc.assert(
    fc.property(
      capacity,
      fc.array(capacity, { maxLength: 3 }),
      capacity,
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.option(capacity, { nil: undefined }),
      (current, others, limitBytes, used, percentage, increment, minFreeBytes) => {
        const expansion = {
          ...EXPANSION,
          percentage: percent(percentage),
          minIncrementBytes: gibibytes(increment),
        };
        const target = targetSize(
          sized(current, used),
          others.map((other) => sized(other)),
          { limitBytes, origin: "maxSize" },
          thresholds({ minFreeBytes }),
          expansion,
          NO_TIME,
        );
        if (target.kind === "at-limit") {
          assert.ok(limitBytes <= current);
          return;
        }
        const { toBytes, clamped } = target;
        assert.ok(toBytes > current);
        assert.ok(toBytes <= limitBytes);
        if (clamped) {
          assert.equal(toBytes, limitBytes);
          return;
        }
        assert.ok(toBytes >= current + gibibytes(increment));
        assert.ok(toBytes >= current * (1 + percentage / 100));
        assert.ok(others.every((other) => toBytes >= other));
        const grownFree = toBytes - current * used / 100;
        assert.ok(grownFree / toBytes >= 0.2 - 1e-6, "the threshold is left with room");
        assert.ok(grownFree + 1 >= (minFreeBytes ?? 0));
        const step = current < GIBIBYTE ? 64 * MEBIBYTE : GIBIBYTE;
        assert.ok(toBytes % step === 0 || others.includes(toBytes));
      },
    ),
    { numRuns: 1000 },
  );
});

const TARGETS: readonly [string, Volume, readonly Volume[], number, number | "at-limit"][] = [
  ["half as much again", sized(gibibytes(100)), [], 1000, 150],
  ["the least increment for a small volume", sized(gibibytes(4)), [], 1000, 9],
  ["whole gibibytes", sized(gibibytes(33)), [], 1000, 50],
  ["the size of a larger sibling", sized(gibibytes(10)), [sized(gibibytes(40))], 1000, 40],
  ["the limit where it is nearer", sized(gibibytes(10)), [], 12, 12],
  ["the limit where a sibling is beyond it", sized(gibibytes(10)), [sized(gibibytes(40))], 20, 20],
  ["nothing at the limit", sized(gibibytes(10)), [], 10, "at-limit"],
  ["nothing beyond the limit", sized(gibibytes(10)), [], 5, "at-limit"],
];

for (const [name, of, siblings, limit, expected] of TARGETS) {
  Deno.test(`targetSize() is ${name}`, () => {
    const target = targetSize(
      of,
      siblings,
      { limitBytes: gibibytes(limit), origin: "maxSize" },
      thresholds(),
      EXPANSION,
      NO_TIME,
    );
    const found = target.kind === "grow" ? target.toBytes : target.kind;
    assert.equal(found, expected === "at-limit" ? expected : gibibytes(expected));
  });
}

Deno.test("targetSize() needs no measurement", () => {
  const unknown = { kind: "unknown", reason: "StaleSample", message: "" } as const;
  const target = targetSize(
    volume({ fileSystem: unknown }),
    [],
    { limitBytes: gibibytes(100), origin: "maxSize" },
    thresholds({ minFreeBytes: gibibytes(50) }),
    EXPANSION,
    HOUR,
  );
  assert.deepEqual(target, { kind: "grow", toBytes: gibibytes(15), clamped: false });
});

Deno.test("targetSize() leaves the threshold with room where the percentage alone would not", () => {
  const full = volume({ fileSystem: sampled(100) });
  const expansion = {
    ...EXPANSION,
    percentage: percent(1),
    minIncrementBytes: bytes(1),
  };
  const limit = { limitBytes: gibibytes(100), origin: "maxSize" } as const;
  const target = targetSize(full, [], limit, thresholds(), expansion, NO_TIME);
  assert.deepEqual(target, { kind: "grow", toBytes: gibibytes(13), clamped: false });
});

Deno.test("percentageFor() is that of the smallest tier that holds the size", () => {
  const tiers = [
    { upToBytes: gibibytes(100), percentage: percent(50) },
    { upToBytes: gibibytes(500), percentage: percent(20) },
  ];
  const expansion = { ...EXPANSION, percentage: percent(10), tiers };
  const cases = [[1, 50], [100, 50], [100.1, 20], [500, 20], [501, 10]] as const;
  for (const [size, expected] of cases) {
    assert.equal(percentageFor(gibibytes(size), expansion), expected);
  }
  assert.equal(percentageFor(gibibytes(1), EXPANSION), 50);
});

function recorded(
  firstSeenSizes: readonly FirstSeenSize[],
  events: readonly Event[] = [],
): Pick<ClusterView, "firstSeenSizes" | "events"> {
  return { firstSeenSizes, events };
}

Deno.test("rescueLimit() is four times the smallest size now", () => {
  const volumes = [sized(gibibytes(30)), sized(gibibytes(20), 50, "orders-2")];
  assert.equal(rescueLimit("data", volumes)?.limitBytes, gibibytes(80));
  assert.equal(rescueLimit("wal", volumes), undefined);
});

Deno.test("limitOf() is the policy's maxSize, else four times the size first seen", () => {
  const seen = [{ role: "data", sizeBytes: gibibytes(10) }] as const;
  const none = { ...EXPANSION, maxSizeBytes: undefined };
  const huge = [{ role: "data", sizeBytes: bytes(Number.MAX_SAFE_INTEGER) }] as const;
  assert.deepEqual(limitOf("data", recorded(seen), EXPANSION), {
    limitBytes: gibibytes(100),
    origin: "maxSize",
  });
  assert.deepEqual(limitOf("data", recorded(seen), none), {
    limitBytes: gibibytes(40),
    origin: "factor",
  });
  const grown = sized(gibibytes(30));
  const event = expansionEvent([
    progressOf(grown),
    progressOf(grown, { originalBytes: gibibytes(20) }),
  ]);
  assert.equal(limitOf("data", recorded([], [event]), none)?.limitBytes, gibibytes(80));
  assert.equal(limitOf("data", recorded([]), none), undefined);
  assert.equal(limitOf("data", recorded(huge), none)?.limitBytes, Number.MAX_SAFE_INTEGER);
  assert.equal(limitOf("wal", recorded(seen, [event]), none), undefined);
});

/** A data volume that fills at a rate, as seen for days. */
function growing(
  current: Bytes,
  usedPercent: number,
  rate: number,
  confidence: Confidence,
): Volume {
  const volume = sized(current, usedPercent);
  return { ...volume, forecast: forecastAt(volume, { rate, confidence }) };
}

Deno.test("targetSize() lasts as long as it has to at the rate at which the volume grows", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }).map(gibibytes),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 50 * MEBIBYTE }),
      fc.integer({ min: 0, max: 2 * DAY }).map(millis),
      (current, used, rate, lastsMs) => {
        const limit = { limitBytes: bytes(Number.MAX_SAFE_INTEGER), origin: "maxSize" } as const;
        const volume = growing(current, used, rate, "medium");
        const target = targetSize(volume, [], limit, thresholds(), EXPANSION, lastsMs);
        const before = targetSize(volume, [], limit, thresholds(), EXPANSION, NO_TIME);
        assert.ok(target.kind === "grow" && before.kind === "grow");
        assert.ok(target.toBytes >= before.toBytes, "never smaller than without a forecast");
        const headroom = bytes(target.toBytes - Math.round(current * used / 100));
        const { rates } = forecastAt(volume, { rate, confidence: "medium" });
        const outlook = timeToFull(headroom, rates);
        assert.ok(outlook.kind !== "known" || outlook.timeToFullMs >= lastsMs - SECOND);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("targetSize() goes by no rate of low confidence, and never beyond the limit", () => {
  const limit = { limitBytes: gibibytes(100), origin: "maxSize" } as const;
  const gibibyteAnHour = bytesPerSecond(GIBIBYTE * SECOND / HOUR);
  function sizeAt(confidence: Confidence, lastsMs: number): number {
    const volume = growing(gibibytes(10), 80, gibibyteAnHour, confidence);
    const target = targetSize(volume, [], limit, thresholds(), EXPANSION, millis(lastsMs));
    return target.kind === "grow" ? target.toBytes / GIBIBYTE : NaN;
  }
  assert.equal(sizeAt("low", DAY), 15);
  assert.equal(sizeAt("medium", HOUR), 15);
  assert.equal(sizeAt("medium", DAY), 32, "24 GiB more, 2 of which are free already");
  assert.equal(sizeAt("high", 7 * DAY), 100);
});

Deno.test("targetSize() counts what a file system keeps for itself", () => {
  const limit = { limitBytes: gibibytes(1000), origin: "maxSize" } as const;
  const rate = bytesPerSecond(GIBIBYTE * SECOND / HOUR);
  const volume = { ...sized(gibibytes(10)), fileSystem: sampled(50, { totalBytes: gibibytes(5) }) };
  const forecast = forecastAt(volume, { rate, confidence: "high" });
  const grown = targetSize({ ...volume, forecast }, [], limit, thresholds(), EXPANSION, DAY);
  assert.equal(grown.kind === "grow" && grown.toBytes, gibibytes(10 + 2 * (24 - 2.5)));
});
