/**
 * Who governs a cluster, and what that allows.
 *
 * @module
 */

import type { PolicySettings, ResolvedPolicy } from "../policy/resolved.ts";
import type { Reason } from "../explain/reasons.ts";
import type { Millis } from "../units/millis.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { ClusterView, Pause } from "../view/cluster.ts";
import type { Check } from "./plan.ts";

/** What may be done to a cluster. */
export type Stance =
  | "acts"
  /** A dry run: what would be done is recorded. */
  | "records"
  /** A user has paused it: nothing is begun, and alerts say so. */
  | "paused"
  /** No policy, excluded, contradictory settings, or on its way out. */
  | "observes";

/** The outcome of governance. */
export interface GovernanceOutcome {
  readonly stance: Stance;
  /** The policy's settings, or the defaults by which an unmanaged cluster is merely judged. */
  readonly settings: PolicySettings;
  readonly policy: ResolvedPolicy;
  /** Why the stance is not `acts`; absent when it is. */
  readonly hold?: { readonly reason: Reason; readonly message: string } | undefined;
  /** When the pause ends by itself. */
  readonly wakeAtMs?: Millis | undefined;
  readonly trace: readonly Check[];
}

/** Settles what may be done to a cluster before any volume is looked at (first row of the gate table). */
export function governanceOf(view: ClusterView, defaults: ResolvedPolicy): GovernanceOutcome {
  const { governance } = view;
  const policy = governance.kind === "policy" ? governance.policy : defaults;
  const base = { policy, settings: policy.settings };
  const hold = observedOnly(view);
  if (hold !== undefined) {
    return { ...base, stance: "observes", hold, trace: [{ ...hold, passed: false }] };
  }
  const pause = activePause(view);
  if (pause !== undefined) {
    const { untilMs, ...paused } = pause;
    return {
      ...base,
      stance: "paused",
      hold: paused,
      wakeAtMs: untilMs,
      trace: [{ ...paused, passed: false }],
    };
  }
  if (policy.settings.dryRun) {
    const dryRun = { reason: "DryRun", message: "The policy sets dryRun" } as const;
    return { ...base, stance: "records", hold: dryRun, trace: [{ ...dryRun, passed: true }] };
  }
  const message = governance.kind === "policy" ? `Policy ${governance.policyName}` : "";
  const trace: Check[] = [{ reason: "PolicyApplied", message, passed: true }];
  return { ...base, stance: "acts", trace };
}

interface Hold {
  readonly reason: Reason;
  readonly message: string;
}

/** Why a cluster is observed and nothing else, if it is. */
export function observedOnly(view: ClusterView): Hold | undefined {
  if (view.deleting) return { reason: "Deleting", message: "The Cluster is being deleted" };
  const { governance } = view;
  switch (governance.kind) {
    case "none":
      return { reason: "NoPolicy", message: "No StoragePolicy selects this cluster" };
    case "excluded":
      return { reason: "Excluded", message: `StoragePolicy ${governance.policyName} excludes it` };
    case "invalid": {
      const message = `StoragePolicy ${governance.policyName}: ${governance.message}`;
      return { reason: "PolicyInvalid", message };
    }
    case "policy":
      return undefined;
  }
}

/** Whether a pause holds now. */
export function isPaused(view: ClusterView): boolean {
  return activePause(view) !== undefined;
}

function activePause(view: ClusterView): Hold & { untilMs?: Millis | undefined } | undefined {
  const { pause } = view;
  if (pause.kind === "none") return undefined;
  if (pause.untilMs !== undefined && pause.untilMs <= view.nowMs) return undefined;
  const why = pause.pauseReason === undefined ? "" : `: ${pause.pauseReason}`;
  return {
    reason: "Paused",
    message: `Paused by annotation${why}${endOf(pause)}`,
    untilMs: pause.untilMs,
  };
}

function endOf({ untilMs, invalidUntil }: Extract<Pause, { kind: "paused" }>): string {
  if (untilMs !== undefined) return ` (until ${formatTimestamp(untilMs)})`;
  if (invalidUntil === undefined) return "";
  return ` (pause-until "${invalidUntil}" is not a time, so the pause has no end)`;
}
