/**
 * Whether a report comes in the order of its agent.
 *
 * A report tells ages: one that was held up on its way, or is sent again by somebody, would pass for a new
 * measurement of what was true before.
 *
 * @module
 */

import type { Report } from "../../lib/report/report.ts";
import { createBoundedCache } from "./bounded_cache.ts";

/** Only pods that were authorized are remembered; of one pushed out, the next report begins anew. */
const PODS_MAX = 4_096;

type Place = Pick<Report, "session" | "sequence">;

/** Notes a report of a pod; false if one with its number or a later one came before in the same session. */
export type TakePlace = (podUid: string, place: Place) => boolean;

/** Creates a {@link TakePlace} that has seen nothing. */
export function createReportOrder(): TakePlace {
  const last = createBoundedCache<string, Place>(PODS_MAX);
  return function takePlace(podUid, { session, sequence }): boolean {
    const before = last.get(podUid);
    if (before?.session === session && sequence <= before.sequence) return false;
    last.set(podUid, { session, sequence });
    return true;
  };
}
