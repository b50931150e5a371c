import assert from "node:assert/strict";

import { ageText, humanDuration } from "./human_duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const durations: readonly (readonly [number, string])[] = [
  [-2 * SECOND, "<invalid>"],
  [-SECOND, "0s"],
  [0, "0s"],
  [119 * SECOND, "119s"],
  [2 * MINUTE, "2m"],
  [2 * MINUTE + 5 * SECOND, "2m5s"],
  [9 * MINUTE + 59 * SECOND, "9m59s"],
  [10 * MINUTE + 59 * SECOND, "10m"],
  [179 * MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [7 * HOUR + 59 * MINUTE, "7h59m"],
  [8 * HOUR + 59 * MINUTE, "8h"],
  [47 * HOUR, "47h"],
  [2 * DAY, "2d"],
  [7 * DAY + 23 * HOUR, "7d23h"],
  [8 * DAY + 23 * HOUR, "8d"],
  [729 * DAY, "729d"],
  [730 * DAY, "2y"],
  [731 * DAY, "2y1d"],
  [9 * 365 * DAY + DAY, "9y"],
];

for (const [durationMs, text] of durations) {
  Deno.test(`humanDuration() says ${text} of ${durationMs} ms`, () => {
    assert.equal(humanDuration(durationMs), text);
  });
}

Deno.test("ageText() tells an age, what is no time and what is absent apart", () => {
  const nowMs = Date.parse("2026-01-01T00:01:00Z");
  assert.equal(ageText("2026-01-01T00:00:00Z", nowMs), "60s");
  assert.equal(ageText("yesterday", nowMs), "<invalid>");
  assert.equal(ageText(undefined, nowMs), undefined);
});
