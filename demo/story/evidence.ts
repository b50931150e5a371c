/**
 * What was true of a cluster, and what the manager said and did about it: what its end is judged by.
 *
 * @module
 */

import type { Level } from "../../lib/threshold/level.ts";
import type { SimulatedCluster } from "../../sim/mod.ts";

/** How far an operation of the manager is, by its StorageEvent. */
export interface Operation {
  readonly phase: "open" | "Completed" | "Failed";
  readonly dryRun: boolean;
}

/** Everything known about one cluster. Times are those of the story's clock. */
export interface Evidence {
  readonly cluster: SimulatedCluster;
  /** Size of each volume when the story began, by its claim. */
  readonly startBytes: ReadonlyMap<string, number>;
  /** What each claim that was ever changed asks for now. */
  readonly requestedBytes: ReadonlyMap<string, number>;
  /** The most that was ever used of a role's volumes. */
  readonly peakUsedBytes: ReadonlyMap<string, number>;
  /** What the Cluster's spec declares, by role. */
  readonly declaredBytes: ReadonlyMap<string, number>;
  /** CloudNativePG's phase. */
  readonly phase: string;
  /** Whether a server ended because its disk was full. */
  readonly wasDown: boolean;
  /** When the first volume crossed its threshold for expansion. */
  readonly troubleAtMs?: number | undefined;
  /** When the manager first said so. */
  readonly detectedAtMs?: number | undefined;
  /** When the API server received the manager's first request for a larger claim. */
  readonly requestedAtMs?: number | undefined;
  /** What the manager's ClusterStorage says. */
  readonly level?: Level | "unknown" | undefined;
  readonly says?: string | undefined;
  /** Reasons that the manager gave since the trouble began: in conditions, StorageEvents and Events. */
  readonly reasons: ReadonlySet<string>;
  /** By the names of their StorageEvents. */
  readonly operations: ReadonlyMap<string, Operation>;
}
