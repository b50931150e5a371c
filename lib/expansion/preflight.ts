/**
 * The gate: what must hold before a volume may grow, and which check yields to what (DESIGN §5).
 *
 * @module
 */

import type { Check } from "../decide/plan.ts";
import type { Reason } from "../explain/reasons.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { Millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import * as checks from "./preflight_checks.ts";
import type { SizeLimit } from "./target.ts";

/** How much depends on growing now. */
export type Urgency =
  /** The `expansion` threshold, `minFree` or time to full. */
  | "routine"
  /** The `emergency` threshold. */
  | "emergency"
  /** The volume is full, CNPG has stopped the instance. */
  | "rescue"
  /** A user asked for it. */
  | "manual";

/** What a check may look at. */
export interface PreflightInput {
  readonly view: ClusterView;
  readonly policy: ResolvedPolicy;
  readonly volume: Volume;
  readonly limit: SizeLimit | undefined;
}

/** Why a volume may not grow now. */
export interface Hold {
  readonly reason: Reason;
  readonly message: string;
  /** When waiting alone lifts it; absent where something else has to change. */
  readonly untilMs?: Millis | undefined;
}

/** A check: undefined when it has nothing against growing. */
export type PreflightCheck = (input: PreflightInput) => Hold | undefined;

interface ConditionalYield {
  readonly urgency: Urgency;
  readonly holds: (input: PreflightInput) => boolean;
}

/** One row of the gate. */
export interface GateRow {
  readonly check: PreflightCheck;
  /** Named where the check passes: what is then true, in one word of the vocabulary. */
  readonly guards: Reason;
  readonly yieldsTo: readonly Urgency[];
  /** An urgency to which it yields in some cases only. */
  readonly yieldsIf?: ConditionalYield | undefined;
}

/**
 * The gate table of DESIGN §5; governance (policy, pause) is settled before any volume is looked at, and the
 * size gate comes after it (`size_gate.ts`). `docs/gates.md` has the same rows in words, held to these.
 */
export const GATE: readonly GateRow[] = [
  { check: checks.expansionIsEnabled, guards: "ExpansionDisabled", yieldsTo: [] },
  { check: checks.claimStays, guards: "ClaimDeleting", yieldsTo: [] },
  { check: checks.claimIsBound, guards: "ClaimNotBound", yieldsTo: [] },
  { check: checks.hasFileSystem, guards: "BlockVolume", yieldsTo: [] },
  { check: checks.classAllowsExpansion, guards: "StorageClassFixed", yieldsTo: [] },
  { check: checks.driverGrowsOnline, guards: "DriverOfflineOnly", yieldsTo: [] },
  { check: checks.diskIsItsOwn, guards: "SharedDisk", yieldsTo: [] },
  { check: checks.noOperationHoldsIt, guards: "VolumeLocked", yieldsTo: [] },
  { check: checks.noResizeInFlight, guards: "ResizeInFlight", yieldsTo: [] },
  { check: checks.isBelowLimit, guards: "MaxSizeReached", yieldsTo: [] },
  {
    check: checks.breakerLetsPass,
    guards: "BreakerOpen",
    yieldsTo: ["manual"],
    yieldsIf: { urgency: "rescue", holds: checks.rescueIsUntried },
  },
  { check: checks.providerHasBudget, guards: "ProviderBudgetSpent", yieldsTo: [] },
  {
    check: checks.cooldownIsOver,
    guards: "CooldownActive",
    yieldsTo: ["emergency", "rescue", "manual"],
  },
  {
    check: checks.windowIsOpen,
    guards: "WindowClosed",
    yieldsTo: ["rescue", "manual"],
    yieldsIf: { urgency: "emergency", holds: checks.emergenciesAreExempt },
  },
  {
    check: checks.operatorRests,
    guards: "OperatorBusy",
    yieldsTo: ["emergency", "rescue"],
    yieldsIf: { urgency: "routine", holds: checks.operatorIsBusyForLong },
  },
  { check: checks.podRuns, guards: "NoRunningPod", yieldsTo: [] },
];

/** What the gate said about one volume. */
export interface PreflightResult {
  /** The first check that holds; absent: the volume may grow. */
  readonly hold?: Hold | undefined;
  readonly trace: readonly Check[];
}

/** Puts one volume through the gate; the first check that holds ends it. */
export function preflight(input: PreflightInput, urgency: Urgency): PreflightResult {
  const subject = subjectOf(input.volume);
  const trace: Check[] = [];
  for (const row of GATE) {
    const hold = row.check(input);
    if (hold === undefined) {
      trace.push({ reason: row.guards, message: "does not apply", passed: true, subject });
    } else if (yields(row, input, urgency)) {
      const message = `${hold.message}; yields to ${urgency}`;
      trace.push({ reason: hold.reason, message, passed: true, subject });
    } else {
      trace.push({ reason: hold.reason, message: hold.message, passed: false, subject });
      return { hold, trace };
    }
  }
  return { trace };
}

function yields(row: GateRow, input: PreflightInput, urgency: Urgency): boolean {
  if (row.yieldsTo.includes(urgency)) return true;
  return row.yieldsIf?.urgency === urgency && row.yieldsIf.holds(input);
}
