/**
 * What size a volume needs for how long, for whoever decides about a limit (PRD Risk 10).
 *
 * @module
 */

import { confidentRates } from "../forecast/rates.ts";
import { bytesNeededUntil } from "../forecast/time_to_full.ts";
import { headroomOf } from "../threshold/pressure.ts";
import { bytes, isBytes, roundUpToStep } from "../units/bytes.ts";
import { formatBytes, formatDuration } from "../units/format.ts";
import { DAY, type Millis, millis } from "../units/millis.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { stepFor } from "./drivers.ts";

/** A week to act in, and the longest time over which a week of history foretells anything. */
const HORIZONS: readonly Millis[] = [millis(7 * DAY), millis(28 * DAY)];

/**
 * One clause with the sizes that the volume needs at its present growth, or with the honest word that nobody
 * knows. Only what is foretold with confidence counts, as for what triggers an expansion (docs/adr/0018).
 */
export function capacityPlan(volume: Volume): string {
  const needs = HORIZONS.flatMap((horizonMs) => needFor(horizonMs, volume) ?? []);
  return needs.length === 0
    ? "how it grows is not known well enough for a plan"
    : `at its present growth it needs ${needs.join(" and ")}`;
}

function needFor(horizonMs: Millis, volume: Volume): string | undefined {
  const sample = knownFileSystem(volume);
  const { forecast, claim, storageClass, walHeadroom } = volume;
  if (sample === undefined || sample.totalBytes === 0 || forecast === undefined) return undefined;
  const needed = bytesNeededUntil(horizonMs, confidentRates(forecast.rates));
  if (needed.kind === "unknown") return undefined;
  const current = claim.capacityBytes ?? claim.requestBytes;
  // Of what a claim gains, its file system keeps some for itself.
  const usableShare = Math.min(sample.totalBytes / current, 1);
  const missing = Math.max(needed.bytes - headroomOf(sample, walHeadroom).mostBytes, 0);
  const size = Math.ceil(current + missing / usableShare);
  if (!isBytes(size)) return undefined;
  const rounded = roundUpToStep(bytes(size), stepFor(storageClass, current));
  return `${formatBytes(rounded)} to last ${formatDuration(horizonMs)}`;
}
