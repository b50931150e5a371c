/**
 * Lets old StorageEvents go, from time to time.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Sweeper } from "../act/retention.ts";
import { clusterLabels } from "./cluster_labels.ts";

/** Events are kept for days: an hour more does not matter, and a sweep costs a list in memory. */
const SWEEP_INTERVAL_MS = 3_600_000;

/** What sweeping needs. */
export interface Sweeping {
  /** Keys `NAMESPACE/NAME` of all clusters. */
  readonly clusters: () => readonly string[];
  readonly sweep: Sweeper;
  readonly clock: Clock;
}

/** Sweeps every cluster's events once an interval, one cluster after the other, until `signal` is aborted. */
export async function sweepEvents(
  { clusters, sweep, clock }: Sweeping,
  signal: AbortSignal,
): Promise<void> {
  while (await waited(clock, signal)) {
    for (const key of clusters()) {
      if (signal.aborted) return;
      const { namespace, cluster } = clusterLabels(key);
      await sweep(namespace, cluster, signal);
    }
  }
}

/** Whether an interval has passed; false if `signal` ended it. */
async function waited(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(SWEEP_INTERVAL_MS, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
