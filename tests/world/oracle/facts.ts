/**
 * What the oracle asks of the truth, with the knowledge that the manager may have had.
 *
 * @module
 */

import type { ClusterTruth } from "../truth.ts";
import { type PolicyWish, wishedPolicies } from "../wishes.ts";
import { KNOWLEDGE_AGE_MS_MAX } from "./violation.ts";

/** The policies that the manager may have acted by. */
export function policiesAt(truth: ClusterTruth, atMs: number): readonly PolicyWish[] {
  return wishedPolicies(truth.wishes.since(atMs - KNOWLEDGE_AGE_MS_MAX));
}

/** Whether a volume was at the emergency threshold by knowledge that the manager may have had. */
export function wasPressing(truth: ClusterTruth, claimName: string, atMs: number): boolean {
  const floor = Math.min(
    ...policiesAt(truth, atMs).map(({ emergencyPercent }) => emergencyPercent),
  );
  return highestPressure(truth, claimName, atMs - KNOWLEDGE_AGE_MS_MAX) >= floor ||
    hadStopped(truth, claimName, atMs);
}

/** The highest pressure of a volume since a time, in percent. */
export function highestPressure(truth: ClusterTruth, claimName: string, sinceMs: number): number {
  return Math.max(...truth.pressures.get(claimName)?.since(sinceMs) ?? []);
}

/** Whether the server on a volume had no room left: the evidence for a rescue. */
export function hadStopped(truth: ClusterTruth, claimName: string, atMs: number): boolean {
  const instance = instanceOf(claimName);
  return truth.stops.get(instance)?.since(atMs - RESCUE_AGE_MS_MAX).includes(true) ?? false;
}

/** The instance that a claim belongs to, as CNPG names them. */
export function instanceOf(claimName: string): string {
  return claimName.replace(/-wal$|-tbs-.*$/, "");
}

/** CNPG leaves its phase and the kubelet its exit codes only when the instance runs again. */
const RESCUE_AGE_MS_MAX = 15 * 60_000;
