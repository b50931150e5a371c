// What is said about the size that a volume needs.

import assert from "node:assert/strict";
import fc from "fast-check";
import { gibibytes, sampled, volume } from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { STALE } from "../testing/gate_table.ts";
import { GIBIBYTE } from "../units/bytes.ts";
import { DAY, SECOND } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import { capacityPlan } from "./capacity_plan.ts";

/** A half full volume of 10 GiB that grows by so many GiB a day. */
function growing(gibADay: number, confidence: "high" | "low" = "high"): Volume {
  const still = volume();
  const rate = gibADay * GIBIBYTE * SECOND / DAY;
  return { ...still, forecast: forecastAt(still, { rate, confidence }) };
}

Deno.test("capacityPlan() tells the sizes for a week and for four", () => {
  assert.equal(
    capacityPlan(growing(1)),
    "at its present growth it needs 12 GiB to last 7 d and 33 GiB to last 28 d",
  );
});

Deno.test("capacityPlan() needs no more than there is where the volume does not grow", () => {
  assert.equal(
    capacityPlan(growing(0)),
    "at its present growth it needs 10 GiB to last 7 d and 10 GiB to last 28 d",
  );
});

Deno.test("capacityPlan() counts what a file system keeps for itself", () => {
  const small = { ...growing(1), fileSystem: sampled(50, { totalBytes: gibibytes(8) }) };
  assert.match(capacityPlan(small), /needs 14 GiB to last 7 d/);
});

Deno.test("capacityPlan() admits that it does not know", () => {
  const unknown = "how it grows is not known well enough for a plan";
  const cases = [volume(), growing(1, "low"), { ...growing(1), fileSystem: STALE }];
  for (const of of cases) assert.equal(capacityPlan(of), unknown);
});

Deno.test("capacityPlan() has an answer for every growth", () => {
  fc.assert(fc.property(fc.double({ min: -1e9, max: 1e12, noNaN: true }), (gibADay) => {
    assert.ok(capacityPlan(growing(gibADay)).length > 0);
  }));
});
