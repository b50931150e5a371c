import assert from "node:assert/strict";
import { REPORT_HISTORY_MAX } from "../lib/report/report.ts";
import { createHistory, HISTORY_SAMPLES_PER_VOLUME, HISTORY_STEP_MS } from "./history.ts";
import { DATA, sampleOf, WAL } from "./testing/builders.ts";
import { volumeAt } from "./volume.ts";

Deno.test("add() keeps one sample per step and volume", () => {
  const history = createHistory();
  for (let second = 0; second < 61; second++) {
    history.add(sampleOf(DATA, 1_000 + second, second * 1_000));
    history.add(sampleOf(WAL, 5, second * 1_000));
  }
  const kept = history.samples(60_000).filter(({ role }) => role === "data");
  assert.deepEqual(kept.map(({ ageMs, availableBytes }) => [ageMs, availableBytes]), [
    [60_000, 1_000],
    [30_000, 1_030],
    [0, 1_060],
  ]);
});

Deno.test("samples() holds an hour and not more", () => {
  const history = createHistory();
  for (let step = 0; step < 500; step++) history.add(sampleOf(DATA, step, step * HISTORY_STEP_MS));
  const samples = history.samples(499 * HISTORY_STEP_MS);
  assert.equal(samples.length, HISTORY_SAMPLES_PER_VOLUME);
  assert.equal(samples.at(-1)?.availableBytes, 499);
  assert.deepEqual(history.samples(499 * HISTORY_STEP_MS + 7_200_000), []);
});

Deno.test("samples() gives many volumes equal shares of what a report may carry", () => {
  const history = createHistory();
  const volumes = Array.from(
    { length: 64 },
    (_, index) => volumeAt("/", `tbs:${index}`, `/${index}`),
  );
  for (let step = 0; step < 120; step++) {
    for (const volume of volumes) history.add(sampleOf(volume, step, step * HISTORY_STEP_MS));
  }
  const samples = history.samples(119 * HISTORY_STEP_MS);
  assert.ok(samples.length <= REPORT_HISTORY_MAX);
  assert.equal(samples.filter(({ role }) => role === "tbs:63").length, 15);
  assert.equal(samples.at(-1)?.ageMs, 0);
});

Deno.test("retain() forgets volumes that are gone", () => {
  const history = createHistory();
  history.add(sampleOf(DATA, 1));
  history.add(sampleOf(WAL, 1));
  history.retain(new Set(["wal"]));
  assert.deepEqual(history.samples(0).map(({ role }) => role), ["wal"]);
});
