import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { bytes } from "./bytes.ts";
import { formatBytes, formatDuration, formatPercent } from "./format.ts";
import { millis } from "./millis.ts";
import { percent } from "./percent.ts";

Deno.test("formatBytes() uses the unit that leaves one to four digits", () => {
  const table: ReadonlyArray<readonly [number, string]> = [
    [0, "0 B"],
    [512, "512 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [1024 ** 3 - 1, "1 GiB"],
    [2.3 * 1024 ** 3, "2.3 GiB"],
    [15 * 1024 ** 3, "15 GiB"],
    [3 * 1024 ** 4, "3 TiB"],
    [Number.MAX_SAFE_INTEGER, "8 PiB"],
  ];
  for (const [size, text] of table) equal(formatBytes(bytes(Math.round(size))), text);
});

Deno.test("formatBytes() never shows 1024 of a unit that has a larger one", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (size) => {
    ok(!formatBytes(bytes(size)).startsWith("1024"), formatBytes(bytes(size)));
  }));
});

Deno.test("formatDuration() shows the two largest units", () => {
  const table: ReadonlyArray<readonly [number, string]> = [
    [0, "0 ms"],
    [250, "250 ms"],
    [1_000, "1 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [61_000, "1 min 1 s"],
    [3_600_000, "1 h"],
    [3_601_000, "1 h"],
    [7_500_000, "2 h 5 min"],
    [187_200_000, "2 d 4 h"],
    [-61_000, "-1 min 1 s"],
  ];
  for (const [duration, text] of table) equal(formatDuration(millis(duration)), text);
});

Deno.test("formatPercent() cuts and does not round", () => {
  const table: ReadonlyArray<readonly [number, string]> = [
    [0, "0 %"],
    [84.96, "84.9 %"],
    [85, "85 %"],
    [32.3, "32.3 %"],
    [99.999, "99.9 %"],
    [100, "100 %"],
    [150, "150 %"],
  ];
  for (const [share, text] of table) equal(formatPercent(percent(share)), text);
});
