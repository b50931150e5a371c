import { equal } from "node:assert/strict";
import fc from "fast-check";
import { millis } from "./millis.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

Deno.test("formatTimestamp() leaves out milliseconds that are not there", () => {
  equal(formatTimestamp(millis(Date.UTC(2025, 10, 26, 10, 30))), "2025-11-26T10:30:00Z");
  equal(formatTimestamp(millis(1)), "1970-01-01T00:00:00.001Z");
});

Deno.test("parseTimestamp() reads back what formatTimestamp() wrote", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (instantMs) => {
    equal(parseTimestamp(formatTimestamp(millis(instantMs))), instantMs);
  }));
});

Deno.test("parseTimestamp() reads offsets and microseconds", () => {
  equal(parseTimestamp("1970-01-01T01:00:00+01:00"), 0);
  equal(parseTimestamp("1970-01-01T00:00:00.123456Z"), 123);
});

Deno.test("parseTimestamp() gives undefined for anything else", () => {
  for (
    const text of [
      "",
      "now",
      "2025-11-26",
      "2025-13-01T00:00:00Z",
      "2025-11-26T25:00:00Z",
      "1700000000",
    ]
  ) {
    equal(parseTimestamp(text), undefined, text);
  }
});
