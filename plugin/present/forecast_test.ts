import assert from "node:assert/strict";

import type { VolumeStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { forecastSentences, forecastWords } from "./forecast.ts";

function volume(instance: string, fields: Partial<VolumeStatus>): VolumeStatus {
  return { instance, role: "data", claim: instance, requested: "10Gi", level: "ok", ...fields };
}

const SOON = {
  timeToFull: "41m",
  timeToFullConfidence: "medium",
  growthBytesPerHour: Math.round(3.2 * GIBIBYTE),
} as const;

const WORDS: readonly [Partial<VolumeStatus>, string | undefined][] = [
  [{}, undefined],
  [SOON, "going to be full in 41 min at 3.2 GiB/h, medium confidence"],
  [{ timeToFull: "3d" }, "going to be full in 3 d"],
  [
    { timeToFull: "none", timeToFullReason: "NotGrowing" },
    "not going to be full: the volume keeps its size.",
  ],
  [
    { timeToFull: "unknown", timeToFullReason: "TooFewSamples" },
    "full at a time that nobody knows: too little of the volume's past is known to foretell anything.",
  ],
  [{ timeToFull: "unknown", timeToFullReason: "OfLater" }, "full at a time that nobody knows"],
];

for (const [fields, expected] of WORDS) {
  Deno.test(`forecastWords() can be ${expected ?? "nothing"}`, () => {
    assert.equal(forecastWords(volume("orders-1", fields)), expected);
  });
}

Deno.test("forecastSentences() tells of the volume, and of the first that is full", () => {
  const calm = volume("orders-1", { timeToFull: "none", timeToFullReason: "NotGrowing" });
  const soon = volume("orders-2", SOON);
  assert.deepEqual(forecastSentences(calm, [calm, soon]), [
    "It is not going to be full: the volume keeps its size.",
    "The first to be full is orders-2/data: going to be full in 41 min at 3.2 GiB/h, medium confidence.",
  ]);
  assert.equal(forecastSentences(soon, [calm, soon]).length, 1);
  assert.deepEqual(forecastSentences(volume("orders-3", {}), []), []);
});
