/**
 * What was true of a cluster, and what the manager said and did about it: what its end is judged by.
 *
 * @module
 */

import type { EventType } from "../../lib/event/event.ts";
import type { Level } from "../../lib/threshold/level.ts";
import type { SimulatedCluster } from "../../sim/mod.ts";

/** A StorageEvent of the manager. */
export interface Told {
  readonly eventType: EventType;
  readonly phase: "open" | "Completed" | "Failed";
  readonly dryRun: boolean;
  /** Why it was written. */
  readonly reason?: string | undefined;
  /** Of circuit breakers: from then on one more try is allowed. */
  readonly halfOpenAtMs?: number | undefined;
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
  /** All phases that it has had. */
  readonly phases: ReadonlySet<string>;
  /** Whether a server was down because its disk was full when the manager came. */
  readonly foundDown: boolean;
  /** Whether a server ended because its disk was full, with the manager there. */
  readonly wasDown: boolean;
  /** When the first volume crossed its threshold for expansion, or the manager came to one that had. */
  readonly troubleAtMs?: number | undefined;
  /** When the manager first said so. */
  readonly detectedAtMs?: number | undefined;
  /** When the API server received the manager's first request for a larger claim. */
  readonly requestedAtMs?: number | undefined;
  /** The share of the fullest volume that was truly in use then. */
  readonly requestedAtShare?: number | undefined;
  /** Whether the manager has asked for more while a circuit breaker of its own was open. */
  readonly askedWhileOpen: boolean;
  /** Kinds of objects, apart from its own, that the manager has changed. */
  readonly changed: ReadonlySet<string>;
  /** What the manager's ClusterStorage says. */
  readonly level?: Level | "unknown" | undefined;
  readonly says?: string | undefined;
  /** Reasons that the manager gave since the trouble began: in conditions, StorageEvents and Events. */
  readonly reasons: ReadonlySet<string>;
  /** Conditions of its ClusterStorage that are true, or were. */
  readonly conditions: ReadonlyMap<string, "true" | "passed">;
  /** StorageEvents by their names. */
  readonly events: ReadonlyMap<string, Told>;
}
