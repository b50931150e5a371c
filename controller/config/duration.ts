/**
 * Durations as they are written in configuration: `30s`, `1m30s`, `250ms`.
 *
 * @module
 */

import { type Millis, millis } from "../../lib/units/millis.ts";

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** Reads a duration in the notation of Go, which Kubernetes uses too; undefined if the text is none. */
export function parseDuration(text: string): Millis | undefined {
  if (!WHOLE.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    totalMs += Number(amount) * (UNIT_MS.get(unit ?? "") ?? NaN);
  }
  return Number.isFinite(totalMs) ? millis(totalMs) : undefined;
}
