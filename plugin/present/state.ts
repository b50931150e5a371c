/**
 * What a cluster's storage is doing, in one or two words.
 *
 * @module
 */

import type {
  ClusterStorageStatus,
  VolumeStatus,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { NOTHING_TO_DO } from "../../lib/explain/explain.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { type Level, LEVELS } from "../../lib/threshold/level.ts";
import { UNKNOWN } from "./amounts.ts";
import { conditionOf, reasonOf } from "./conditions.ts";
import { holdOf } from "./hold.ts";
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
  const fixed = told("NotExpandable");
  // What somebody has to change first is not waited for.
  const neverPasses = hold !== undefined && fixed?.status === "True" && reasonOf(fixed) === hold;
  if (neverPasses) return { state: "not-expandable", reason: hold };
  if (hold !== undefined) return { state: "waiting", reason: hold };
  if (told("Blind")?.status === "True") {
    return { state: "blind", reason: reasonOf(told("Blind")) };
  }
  if (reasonOf(managed) === "DryRun") return { state: "dry-run", reason: "DryRun" };
  if (fixed?.status === "True") return { state: "not-expandable", reason: reasonOf(fixed) };
  if (status.conditions === undefined || status.level === undefined) return { state: "unknown" };
  return { state: status.level === "ok" ? "healthy" : "watching" };
}

/** What happens next. While something grows, a manager that has nothing to do waits for it. */
export function nextText(status: ClusterStorageStatus): string {
  const { nextAction } = status;
  const grows = conditionOf(status, "Expanding")?.status === "True";
  if (grows && nextAction === NOTHING_TO_DO) return "Waits for the operation under way";
  return nextAction ?? UNKNOWN;
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

/** The volume with the highest pressure; one that nobody measured only where none is measured. */
export function fullestOf(volumes: readonly VolumeStatus[] | undefined): VolumeStatus | undefined {
  const rank = ({ pressurePercent }: VolumeStatus) => pressurePercent ?? -1;
  return [...volumes ?? []].sort((first, second) => rank(second) - rank(first))[0];
}

/** How messages name a volume: `orders-1/data` (`subjectOf` in `lib/view/select.ts`). */
export function volumeName({ instance, role }: VolumeStatus): string {
  return `${instance}/${role}`;
}

/** For sorting: a higher rank is worse. */
export function severityOf(level: Level | "unknown" | undefined): number {
  return level === undefined || level === "unknown" ? UNKNOWN_RANK : LEVELS.indexOf(level);
}
