/**
 * The past of volumes: what survives a process, so that forecasts need not begin anew (DESIGN §8).
 *
 * Only forecasts depend on it. It may be slow, broken or empty, and whoever uses it goes on without.
 *
 * @module
 */

import type { SpaceAggregate } from "../../lib/forecast/aggregate.ts";
import type { AgedSample, SpaceSample } from "../../lib/forecast/sample.ts";
import type { Millis } from "../../lib/units/millis.ts";

/** Which volume is meant: a claim by its UID, since names are used again (`cnpg.md` §2.2). */
export interface PastVolume {
  readonly claimUid: string;
  readonly namespace: string;
  readonly claimName: string;
}

/** One sample to keep. */
export interface PastRecord {
  readonly volume: PastVolume;
  readonly sample: Extract<SpaceSample, { readonly kind: "known" }>;
  /** When it was taken, on the controller's wall clock: it has to be told after a restart. */
  readonly takenAtMs: Millis;
}

/** What is left of an hour once its samples are gone. */
export interface AgedAggregate {
  /** Age of the end of the hour. */
  readonly ageMs: number;
  readonly aggregate: SpaceAggregate;
}

/** What is known of a volume's past, each list oldest first; every aggregate is older than every sample. */
export interface VolumePast {
  /** Hours, up to seven days (PRD Retention Policy). */
  readonly aggregates: readonly AgedAggregate[];
  /** Samples of the last 24 hours. */
  readonly samples: readonly AgedSample[];
}

/** Whether the past is kept. */
export type HistoryState =
  | { readonly kind: "kept" }
  /** Nothing is kept on purpose. */
  | { readonly kind: "off" }
  | { readonly kind: "unavailable"; readonly message: string };

/** Keeps the past of volumes. */
export interface History {
  /** Hands a sample over. Never waits and never throws; what cannot be kept is dropped and counted. */
  record(record: PastRecord): void;
  /**
   * The past of volumes, by the UID of their claim; one of which nothing is known is absent.
   *
   * @throws {Error} If it cannot be read in time.
   */
  read(
    volumes: readonly PastVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, VolumePast>>;
  /** The claim is gone: nothing of it is kept any longer. Never waits. */
  forget(claimUid: string): void;
  state(): HistoryState;
  /** Writes what was handed over, within `limitMs`, and lets go. */
  close(limitMs: number): Promise<void>;
}
