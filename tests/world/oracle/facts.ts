/**
 * What the oracle asks of the truth, with the knowledge that the manager may have had.
 *
 * @module
 */

import type { ClusterTruth } from "../truth.ts";
import { policyOfRole, type PolicyWish, wishedPolicies } from "../wishes.ts";
import { KNOWLEDGE_AGE_MS_MAX } from "./violation.ts";

/** The policies that the manager may have acted by, as they are for volumes of a role. */
export function policiesAt(
  truth: ClusterTruth,
  atMs: number,
  role: string,
): readonly PolicyWish[] {
  return wishedPolicies(truth.wishes.since(atMs - KNOWLEDGE_AGE_MS_MAX))
    .map((policy) => policyOfRole(policy, role));
}

/** Whether the used share of a volume has risen lately, as far back as the manager may look. */
export function isFilling(truth: ClusterTruth, claimName: string, atMs: number): boolean {
  const [earliest = 0, ...later] = truth.pressures.get(claimName)?.since(atMs - TREND_MS) ?? [];
  return later.some((percent) => percent > earliest);
}

/** Forecasts look at the last hour; most of it is over before a world lasts as long. */
const TREND_MS = 60 * 60_000;

/** The role of the volume of a claim, as CNPG names it; tablespaces are of one kind here. */
export function roleOf(claimName: string): "data" | "wal" | "tablespaces" {
  if (claimName.endsWith("-wal")) return "wal";
  return claimName.includes("-tbs-") ? "tablespaces" : "data";
}

/** Whether a volume was at the emergency threshold by knowledge that the manager may have had. */
export function wasPressing(truth: ClusterTruth, claimName: string, atMs: number): boolean {
  const floor = Math.min(
    ...policiesAt(truth, atMs, roleOf(claimName)).map(({ emergencyPercent }) => emergencyPercent),
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
