import assert from "node:assert/strict";
import { millis } from "../../lib/units/millis.ts";
import { ageText, agoText, bar, percentText, sizeText } from "./amounts.ts";

const NOW_MS = millis(Date.UTC(2026, 0, 2));

Deno.test("ageText() gives the largest unit, and unknown where there is no time", () => {
  assert.equal(ageText("2026-01-01T23:59:59.500Z", NOW_MS), "0s");
  assert.equal(ageText("2026-01-01T23:59:01Z", NOW_MS), "59s");
  assert.equal(ageText("2026-01-01T23:58:00Z", NOW_MS), "2m");
  assert.equal(ageText("2026-01-01T22:00:00Z", NOW_MS), "2h");
  assert.equal(ageText("2025-12-02T00:00:00Z", NOW_MS), "31d");
  assert.equal(ageText("2026-01-03T00:00:00Z", NOW_MS), "0s");
  assert.equal(ageText(undefined, NOW_MS), "unknown");
});

Deno.test("agoText() speaks of what has just happened without a number", () => {
  assert.equal(agoText(millis(NOW_MS - 500), NOW_MS), "just now");
  assert.equal(agoText(millis(NOW_MS - 90_000), NOW_MS), "1 min 30 s ago");
});

Deno.test("bar() is full at 100 only, and not empty where nothing is known", () => {
  assert.equal(bar(100), "█".repeat(10));
  assert.equal(bar(99), `${"█".repeat(9)}░`);
  assert.equal(bar(0), "░".repeat(10));
  assert.match(bar(undefined), /^\?·+$/);
});

Deno.test("sizes and shares that are not known are called so", () => {
  assert.deepEqual([sizeText(undefined), sizeText("10Gi")], ["unknown", "10 GiB"]);
  assert.deepEqual([percentText(null), percentText(0)], ["unknown", "0%"]);
});
