import assert from "node:assert/strict";

import type { Confidence } from "../forecast/growth.ts";
import { bytesPerSecond } from "../forecast/rate.ts";
import type { TimeToFull } from "../forecast/time_to_full.ts";
import { gibibytes, thresholds, volume, type VolumeFields } from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { GIBIBYTE } from "../units/bytes.ts";
import { HOUR, type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import { judgeVolume } from "./judge.ts";
import { byTimeToFull } from "./judge_time_to_full.ts";
import { nextTrip } from "./trips.ts";

const TWO_HOURS = thresholds({ timeToFullMs: millis(2 * HOUR) });

function outlook(timeToFullMs: Millis, confidence: Confidence = "medium"): TimeToFull {
  const rate = bytesPerSecond(GIBIBYTE * SECOND / HOUR);
  return { kind: "known", timeToFullMs, scale: "minutes", rate, confidence };
}

function foretold(timeToFull: TimeToFull, fields: VolumeFields = {}): Volume {
  const of = volume(fields);
  return { ...of, forecast: { ...forecastAt(of, { rate: 0 }), timeToFull } };
}

function minutes(count: number): Millis {
  return millis(count * MINUTE);
}

const FOUR_MINUTES = { expansionTimeMs: minutes(4) };

const CASES: readonly [string, TimeToFull, VolumeFields, string][] = [
  ["ok at the threshold", outlook(minutes(120)), {}, "Healthy"],
  ["expansion below it", outlook(minutes(119)), {}, "TimeToFullShort"],
  ["expansion at high confidence", outlook(minutes(41), "high"), {}, "TimeToFullShort"],
  ["ok at low confidence", outlook(minutes(1), "low"), FOUR_MINUTES, "Healthy"],
  [
    "expansion, once it was, up to a quarter above the threshold",
    outlook(minutes(149)),
    { toldReason: "TimeToFullShort" },
    "TimeToFullShort",
  ],
  ["ok beyond", outlook(minutes(150)), { toldReason: "TimeToFullShort" }, "Healthy"],
  [
    "ok where another threshold was told",
    outlook(minutes(121)),
    { toldReason: "AboveWarning" },
    "Healthy",
  ],
  [
    "expansion, once it was, at low confidence",
    outlook(minutes(100), "low"),
    { toldReason: "FullBeforeGrown" },
    "TimeToFullShort",
  ],
  [
    "expansion where growing takes half as long",
    outlook(minutes(8)),
    FOUR_MINUTES,
    "TimeToFullShort",
  ],
  ["emergency where it takes longer", outlook(minutes(7)), FOUR_MINUTES, "FullBeforeGrown"],
  [
    "emergency where growing takes longer than the threshold",
    outlook(minutes(150)),
    { expansionTimeMs: minutes(90) },
    "FullBeforeGrown",
  ],
  [
    "emergency, once it was, a little longer",
    outlook(minutes(9)),
    { ...FOUR_MINUTES, toldReason: "FullBeforeGrown" },
    "FullBeforeGrown",
  ],
  [
    "ok where it is never full",
    { kind: "none", reason: "NotGrowing", withinMs: HOUR },
    {},
    "Healthy",
  ],
  [
    "ok where nobody knows",
    { kind: "unknown", reason: "TooFewSamples", notBeforeMs: millis(0) },
    { toldReason: "TimeToFullShort" },
    "Healthy",
  ],
];

for (const [name, timeToFull, fields, reason] of CASES) {
  Deno.test(`byTimeToFull() is ${name}`, () => {
    assert.equal(byTimeToFull(foretold(timeToFull, fields), TWO_HOURS).reason, reason);
  });
}

Deno.test("byTimeToFull() judges nothing where the policy sets no time, and nothing without a forecast", () => {
  const late = foretold(outlook(minutes(1)), FOUR_MINUTES);
  assert.equal(byTimeToFull(late, thresholds()).level, "ok");
  assert.equal(byTimeToFull(volume(), TWO_HOURS).level, "ok");
});

Deno.test("judgeVolume() tells the time, the rate and where it was seen", () => {
  const { level, reason, message } = judgeVolume(foretold(outlook(minutes(41))), TWO_HOURS);
  assert.deepEqual([level, reason], ["expansion", "TimeToFullShort"]);
  assert.equal(
    message,
    "Going to be full in 41 min at 1 GiB/h, as in the last minutes (medium confidence): " +
      "sooner than timeToFull 2 h",
  );
});

Deno.test("judgeVolume() tells the time to full besides a threshold that is crossed as well", () => {
  const full = foretold(outlook(minutes(41)), { usedPercent: 92 });
  const { level, reason, message } = judgeVolume(full, TWO_HOURS);
  assert.deepEqual([level, reason], ["emergency", "AboveEmergency"]);
  assert.match(message, /^Pressure 92.0 % .* free\. Going to be full in 41 min/);
});

Deno.test("judgeVolume() says before what a volume is going to be full", () => {
  const { message } = judgeVolume(foretold(outlook(minutes(5)), FOUR_MINUTES), TWO_HOURS);
  assert.match(message, /: perhaps before it has grown, which usually takes 4 min$/);
});

Deno.test("judgeVolume() knows no level of a volume that is not measured, whatever is foretold", () => {
  const fileSystem = { kind: "unknown", reason: "StaleSample", message: "" } as const;
  const { level } = judgeVolume(foretold(outlook(minutes(1)), { fileSystem }), TWO_HOURS);
  assert.equal(level, "unknown");
});

Deno.test("nextTrip() of a volume that is full too soon is the next level above", () => {
  const trip = nextTrip(foretold(outlook(minutes(41))), TWO_HOURS);
  assert.equal(trip?.availableBelowBytes, gibibytes(1) + 1);
});
