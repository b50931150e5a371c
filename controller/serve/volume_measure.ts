/**
 * What metrics tell about volumes.
 *
 * @module
 */

import type { Confidence } from "../../lib/forecast/growth.ts";
import type { Source } from "../../lib/view/observation.ts";
import type { ClusterLabels } from "./series_ledger.ts";

/** Where the measurement that counts came from, and how old it was when it was handed over. */
export interface SampleMeasure {
  readonly source: Source;
  readonly ageMs: number;
}

/** What a forecast says: how sure it is of a time to full, or that there is none, or that nobody knows. */
export interface ForecastMeasure {
  readonly confidence: Confidence | "none" | "unknown";
  /** Absent where there is none, and where nobody knows. */
  readonly timeToFullMs?: number | undefined;
}

/** What pg_wal holds. */
export interface WalMeasure {
  readonly sizeBytes: number;
  readonly files: number;
  /** Absent where nothing was ever archived, or nobody said. */
  readonly archivingLagMs?: number | undefined;
  /** Bytes of segments that wait to be archived; absent where nobody counts them. */
  readonly heldByArchiveBytes?: number | undefined;
}

/** What is known of one volume. What is absent is unknown, and has no series: 0 would be a claim. */
export interface VolumeMeasure {
  readonly pvc: string;
  readonly instance: string;
  readonly usedBytes?: number | undefined;
  readonly capacityBytes?: number | undefined;
  /** 0 to 100. */
  readonly usedPercent?: number | undefined;
  /** Share of the volume that is not headroom, 0 to 100 (DESIGN §4). */
  readonly pressurePercent?: number | undefined;
  readonly sample?: SampleMeasure | undefined;
  readonly forecast?: ForecastMeasure | undefined;
  /** Changes that the provider still allows; absent where it sets no limit. */
  readonly budgetLeft?: number | undefined;
  /** What pg_wal holds, for the volume that holds it. */
  readonly wal?: WalMeasure | undefined;
}

/** Volumes of one cluster, as they were handed over. */
export interface ClusterMeasures {
  readonly cluster: ClusterLabels;
  readonly volumes: readonly VolumeMeasure[];
  /** When that was, on the monotonic clock. */
  readonly takenAtMs: number;
}
