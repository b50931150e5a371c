import assert from "node:assert/strict";
import fc from "fast-check";

import { unknownGrowth } from "../forecast/growth.ts";
import { bytesPerSecond } from "../forecast/rate.ts";
import type { TimeToFull } from "../forecast/time_to_full.ts";
import { volume } from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { DAY, HOUR, millis, MINUTE, SECOND } from "../units/millis.ts";
import {
  forecastStatus,
  readTimeToFull,
  soonest,
  timeToFullSchema,
  timeToFullText,
} from "./forecast_status.ts";

function known(timeToFullMs: number): TimeToFull {
  return {
    kind: "known",
    timeToFullMs: millis(timeToFullMs),
    scale: "hour",
    rate: bytesPerSecond(1),
    confidence: "medium",
  };
}

const TEXTS: readonly [TimeToFull, string][] = [
  [known(0), "0m"],
  [known(59 * SECOND), "0m"],
  [known(41 * MINUTE + 59 * SECOND), "41m"],
  [known(179 * MINUTE), "179m"],
  [known(3 * HOUR), "3h"],
  [known(71 * HOUR), "71h"],
  [known(3.9 * DAY), "3d"],
  [{ kind: "none", reason: "Shrinking", withinMs: DAY }, "none"],
  [{ kind: "unknown", reason: "TooFewSamples", notBeforeMs: millis(0) }, "unknown"],
];

for (const [timeToFull, text] of TEXTS) {
  Deno.test(`timeToFullText() can be ${text}`, () => {
    assert.equal(timeToFullText(timeToFull), text);
    assert.ok(timeToFullSchema("").safeParse(text).success);
  });
}

Deno.test("readTimeToFull() of timeToFullText() is never later, and by a third sooner at most", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 * DAY }), (timeMs) => {
    const readMs = readTimeToFull(timeToFullText(known(timeMs)));
    assert.ok(readMs !== undefined && readMs <= timeMs);
    assert.ok(timeMs - readMs <= Math.max(MINUTE, timeMs / 3));
  }));
  for (const text of ["none", "unknown", "", "3", "3w"]) {
    assert.equal(readTimeToFull(text), undefined);
  }
});

Deno.test("soonest() is the first that is known, else unknown before none", () => {
  const cases: readonly [readonly string[], string | undefined][] = [
    [[], undefined],
    [["none"], "none"],
    [["none", "unknown", "none"], "unknown"],
    [["none", "3d", "41m", "unknown", "3h"], "41m"],
  ];
  for (const [times, expected] of cases) assert.equal(soonest(times), expected);
});

Deno.test("forecastStatus() tells the time, what it is worth, and the rates by the hour", () => {
  const status = forecastStatus(forecastAt(volume(), { rate: 10_240 }), millis(4 * SECOND));
  assert.deepEqual(status, {
    timeToFull: "6d",
    timeToFullConfidence: "high",
    growthBytesPerHour: 10_240 * 3600,
    slowGrowthBytesPerHour: 10_240 * 3600,
    expansionTime: "4s",
  });
});

Deno.test("forecastStatus() says why there is no time, and nothing where nothing is known", () => {
  const none = unknownGrowth("TooFewSamples");
  const rates = { minutes: none, hour: none, hours: none, days: none };
  const timeToFull = { kind: "unknown", reason: "TooIrregular", notBeforeMs: millis(0) } as const;
  assert.deepEqual(forecastStatus({ rates, timeToFull }, millis(10 * MINUTE)), {
    timeToFull: "unknown",
    timeToFullReason: "TooIrregular",
    expansionTime: "10m",
  });
  assert.deepEqual(forecastStatus(undefined, undefined), {});
});
