import assert from "node:assert/strict";

import { bytesPerSecond } from "../forecast/rate.ts";
import type { TimeToFull } from "../forecast/time_to_full.ts";
import { GIBIBYTE } from "../units/bytes.ts";
import { DAY, HOUR, millis, MINUTE } from "../units/millis.ts";
import { explainTimeToFull, formatRate } from "./forecast_words.ts";

const RATE = bytesPerSecond(3.2 * GIBIBYTE / 3600);

const SENTENCES: readonly [TimeToFull, string][] = [
  [
    {
      kind: "known",
      timeToFullMs: millis(41 * MINUTE),
      scale: "hour",
      rate: RATE,
      confidence: "high",
    },
    "full in 41 min at 3.2 GiB/h, as in the last two hours (high confidence)",
  ],
  [
    { kind: "none", reason: "NotGrowing", withinMs: millis(28 * DAY) },
    "not full within 28 d: the volume keeps its size (NotGrowing)",
  ],
  [
    { kind: "unknown", reason: "TooFewSamples", notBeforeMs: millis(5 * HOUR) },
    "full at a time that nobody knows, but not within 5 h: too little of the volume's past is known to " +
    "foretell anything (TooFewSamples)",
  ],
  [
    { kind: "unknown", reason: "TooIrregular", notBeforeMs: millis(0) },
    "full at a time that nobody knows: the volume fills so unevenly that nothing can be foretold (TooIrregular)",
  ],
];

for (const [outlook, sentence] of SENTENCES) {
  Deno.test(`explainTimeToFull() says that a volume is ${sentence}`, () => {
    assert.equal(explainTimeToFull(outlook), sentence);
  });
}

Deno.test("formatRate() is by the hour, and has a sign where a volume empties", () => {
  const cases = [[0, "0 B/h"], [1, "3.5 KiB/h"], [-1, "-3.5 KiB/h"], [-0.0001, "0 B/h"]] as const;
  for (const [rate, text] of cases) assert.equal(formatRate(bytesPerSecond(rate)), text);
  assert.match(formatRate(bytesPerSecond(1e300)), /PiB\/h$/);
});
