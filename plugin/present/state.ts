/**
 * What a cluster's storage is doing, in one or two words.
 *
 * @module
 */

import type {
  ClusterStorageStatus,
  VolumeStatus,
} from "../../lib/cluster_storage/cluster_storage.ts";
import type { ConditionObject } from "../../lib/event/condition.ts";
import { isReason, type Reason } from "../../lib/explain/reasons.ts";
import { type Level, LEVELS } from "../../lib/threshold/level.ts";
import type { Tone } from "./style.ts";

/** Words of the column STATE, the most telling one first. */
export const STATES = [
  "breaker-open",
  "limit-reached",
  "growing",
  "paused",
  "unmanaged",
  "waiting",
  "blind",
  "dry-run",
  "not-expandable",
  "unknown",
  "watching",
  "healthy",
] as const;

/** What a cluster's storage is doing. */
export type State = typeof STATES[number];

/** A state, and the reason of the vocabulary where there is one. */
export interface ToldState {
  readonly state: State;
  readonly reason?: Reason | undefined;
}

/** Where no volume is measured, nobody knows whether one is full. */
const UNKNOWN_RANK = LEVELS.indexOf("critical") + 0.5;

/** The state that a status tells of. */
export function stateOf(status: ClusterStorageStatus): ToldState {
  const told = (type: string) => conditionOf(status, type);
  const breaker = told("CircuitBreakerOpen");
  if (breaker?.status === "True") return { state: "breaker-open", reason: reasonOf(breaker) };
  if (told("LimitReached")?.status === "True") {
    return { state: "limit-reached", reason: "MaxSizeReached" };
  }
  if (told("Expanding")?.status === "True") return { state: "growing" };
  const managed = told("Managed");
  if (managed?.status === "False") {
    const reason = reasonOf(managed);
    return { state: reason === "Paused" ? "paused" : "unmanaged", reason };
  }
  const hold = holdOf(status);
  if (hold !== undefined) return { state: "waiting", reason: hold };
  if (told("Blind")?.status === "True") {
    return { state: "blind", reason: reasonOf(told("Blind")) };
  }
  if (reasonOf(managed) === "DryRun") return { state: "dry-run", reason: "DryRun" };
  const fixed = told("NotExpandable");
  if (fixed?.status === "True") return { state: "not-expandable", reason: reasonOf(fixed) };
  if (status.conditions === undefined || status.level === undefined) return { state: "unknown" };
  return { state: status.level === "ok" ? "healthy" : "watching" };
}

/** The state with its reason, where that is another word: `waiting (CooldownActive)`. */
export function stateText({ state, reason }: ToldState): string {
  const isSame = reason?.toLowerCase() === state.replaceAll("-", "");
  return reason === undefined || isSame ? state : `${state} (${reason})`;
}

/** How a state looks. */
export function toneOfState(state: State): Tone {
  switch (state) {
    case "healthy":
      return "good";
    case "breaker-open":
    case "limit-reached":
    case "not-expandable":
      return "bad";
    default:
      return "attention";
  }
}

/** A condition of a status. */
export function conditionOf(
  status: ClusterStorageStatus,
  type: string,
): ConditionObject | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** The reason of a condition, where it is a word of the vocabulary. */
export function reasonOf(condition: ConditionObject | undefined): Reason | undefined {
  const reason = condition?.reason ?? "";
  return isReason(reason) ? reason : undefined;
}

/** What holds an action back: `nextAction` ends with the reason then (see `explainHold`). */
export function holdOf({ nextAction }: ClusterStorageStatus): Reason | undefined {
  const [, reason = ""] = /^.* may not grow: .*\(([A-Za-z]+)\)$/s.exec(nextAction ?? "") ?? [];
  return isReason(reason) ? reason : undefined;
}

/** The volume with the highest pressure; one that nobody measured only where none is measured. */
export function fullestOf(volumes: readonly VolumeStatus[] | undefined): VolumeStatus | undefined {
  const rank = ({ pressurePercent }: VolumeStatus) => pressurePercent ?? -1;
  return [...volumes ?? []].sort((first, second) => rank(second) - rank(first))[0];
}

/** For sorting: a higher rank is worse. */
export function severityOf(level: Level | "unknown" | undefined): number {
  return level === undefined || level === "unknown" ? UNKNOWN_RANK : LEVELS.indexOf(level);
}
