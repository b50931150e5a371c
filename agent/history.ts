/**
 * The last hour of samples, kept for a leader that has just begun (DESIGN §8).
 *
 * @module
 */

import { type HistorySample, REPORT_HISTORY_MAX } from "../lib/report/report.ts";
import type { Measurement } from "./measure.ts";

/** Samples closer together than this are not kept: forecasts work on this grid. */
export const HISTORY_STEP_MS = 30_000;

/** An hour of samples of one volume. */
export const HISTORY_SAMPLES_PER_VOLUME = 120;

/** Older samples are not handed out. */
const HISTORY_AGE_MAX_MS = HISTORY_STEP_MS * HISTORY_SAMPLES_PER_VOLUME;

/** A ring of samples per volume. */
export interface History {
  /** Keeps the sample unless one of the same volume was kept within {@link HISTORY_STEP_MS}. */
  add(sample: Measurement & { kind: "sample" }): void;
  /** Forgets volumes whose role is not in `roles`. */
  retain(roles: ReadonlySet<string>): void;
  /** All samples, oldest first within a volume, each volume with an equal share of what a report may carry. */
  samples(nowMs: number): HistorySample[];
}

interface Entry {
  readonly takenAtMs: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
}

/** Creates an empty {@link History}. */
export function createHistory(): History {
  const entries = new Map<string, Entry[]>();
  return {
    add({ volume, takenAtMs, sizes }): void {
      const ring = entries.get(volume.role) ?? [];
      const last = ring.at(-1);
      if (last !== undefined && takenAtMs - last.takenAtMs < HISTORY_STEP_MS) return;
      ring.push({
        takenAtMs,
        usedBytes: sizes.usedBytes,
        availableBytes: sizes.availableBytes,
      });
      if (ring.length > HISTORY_SAMPLES_PER_VOLUME) ring.shift();
      entries.set(volume.role, ring);
    },
    retain(roles: ReadonlySet<string>): void {
      for (const role of entries.keys()) {
        if (!roles.has(role)) entries.delete(role);
      }
    },
    samples(nowMs: number): HistorySample[] {
      const share = Math.floor(REPORT_HISTORY_MAX / Math.max(1, entries.size));
      return [...entries].flatMap(([role, ring]) =>
        ring
          .filter((entry) => nowMs - entry.takenAtMs <= HISTORY_AGE_MAX_MS)
          .slice(-share)
          .map(({ takenAtMs, usedBytes, availableBytes }) => ({
            role,
            ageMs: Math.max(0, Math.round(nowMs - takenAtMs)),
            usedBytes,
            availableBytes,
          }))
      );
    },
  };
}
