/**
 * How often one pod may report: a token bucket for each.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { createBoundedCache } from "./bounded_cache.ts";

/** An agent near a trip reports once a second; five leave room for its state changes. */
const REPORTS_PER_SECOND = 5;

/** Reports that may come at once, for example after a connection was restored. */
const REPORTS_BURST = 10;

/** Only pods that were authorized have a bucket; a bucket pushed out was full again long ago. */
const PODS_MAX = 4_096;

interface Bucket {
  readonly tokens: number;
  readonly filledAtMs: number;
}

/** Takes one token of a pod's bucket; false if there is none. */
export type TakeReport = (podUid: string) => boolean;

/** Creates a {@link TakeReport} with full buckets. */
export function createReportRate(clock: Clock): TakeReport {
  const buckets = createBoundedCache<string, Bucket>(PODS_MAX);
  return function takeReport(podUid: string): boolean {
    const nowMs = clock.monotonic();
    const bucket = buckets.get(podUid) ?? { tokens: REPORTS_BURST, filledAtMs: nowMs };
    const refilled = ((nowMs - bucket.filledAtMs) / 1_000) * REPORTS_PER_SECOND;
    const tokens = Math.min(REPORTS_BURST, bucket.tokens + refilled);
    const isAllowed = tokens >= 1;
    buckets.set(podUid, { tokens: isAllowed ? tokens - 1 : tokens, filledAtMs: nowMs });
    return isAllowed;
  };
}
