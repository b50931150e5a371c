import assert from "node:assert/strict";

import { type Confidence, unknownGrowth } from "../forecast/growth.ts";
import { gibibytes, thresholds, volume, type VolumeFields } from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { HOUR, type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import { judgeVolume } from "./judge.ts";
import { byTimeToFull } from "./judge_time_to_full.ts";
import { nextTrip } from "./trips.ts";

const TWO_HOURS = thresholds({ timeToFullMs: millis(2 * HOUR) });

/** Full in so long, as its days foretell. */
interface Outlook {
  readonly timeToFullMs: Millis;
  readonly confidence: Confidence;
}

function outlook(timeToFullMs: Millis, confidence: Confidence = "medium"): Outlook {
  return { timeToFullMs, confidence };
}

/** Half full, that is, 5 GiB from it. */
function foretold({ timeToFullMs, confidence }: Outlook, fields: VolumeFields = {}): Volume {
  const of = volume(fields);
  const available = of.fileSystem.kind === "known" ? of.fileSystem.value.availableBytes : 1;
  return {
    ...of,
    forecast: forecastAt(of, { rate: available * SECOND / timeToFullMs, confidence }),
  };
}

function minutes(count: number): Millis {
  return millis(count * MINUTE);
}

const FOUR_MINUTES = { expansionTimeMs: minutes(4) };

const CASES: readonly [string, Outlook, VolumeFields, string][] = [
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
  ["ok at low confidence, even once it was", outlook(minutes(100), "low"), {
    toldReason: "FullBeforeGrown",
  }, "Healthy"],
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
];

for (const [name, found, fields, reason] of CASES) {
  Deno.test(`byTimeToFull() is ${name}`, () => {
    assert.equal(byTimeToFull(foretold(found, fields), TWO_HOURS).reason, reason);
  });
}

Deno.test("byTimeToFull() is ok where a volume is never full, and where nobody knows", () => {
  const calm = volume({ toldReason: "TimeToFullShort" });
  assert.equal(
    byTimeToFull({ ...calm, forecast: forecastAt(calm, { rate: 0 }) }, TWO_HOURS).level,
    "ok",
  );
  const none = unknownGrowth("TooFewSamples");
  const rates = { minutes: none, hour: none, hours: none, days: none };
  const timeToFull = { kind: "unknown", reason: "TooFewSamples", notBeforeMs: minutes(0) } as const;
  assert.equal(byTimeToFull({ ...calm, forecast: { rates, timeToFull } }, TWO_HOURS).level, "ok");
});

Deno.test("byTimeToFull() goes by what is foretold with confidence, whatever a wilder guess says", () => {
  const sure = foretold(outlook(minutes(90)));
  const wild = foretold(outlook(minutes(10), "low"));
  assert.ok(sure.forecast !== undefined && wild.forecast !== undefined);
  const rates = { ...sure.forecast.rates, minutes: wild.forecast.rates.days };
  const both = { ...sure, forecast: { rates, timeToFull: wild.forecast.timeToFull } };
  const { reason, message } = byTimeToFull({ ...both, expansionTimeMs: minutes(10) }, TWO_HOURS);
  assert.equal(reason, "TimeToFullShort");
  assert.match(message, /full in 1 h 30 min/);
});

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
    "Going to be full in 41 min at 7.3 GiB/h, as in the last days (medium confidence): " +
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
