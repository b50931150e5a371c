/**
 * Which roles should grow, to what, and what stands in the way.
 *
 * @module
 */

import type { EventDraft } from "../event/event.ts";
import { type Hold, preflight, type PreflightInput } from "../expansion/preflight.ts";
import { sizeGate } from "../expansion/size_gate.ts";
import { limitOf, rescueLimit, type SizeLimit } from "../expansion/target.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { formatBytes } from "../units/format.ts";
import { earliest, type Millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { rolesOf, subjectOf } from "../view/select.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { dryRunIsNewsAt } from "./dry_run.ts";
import { expansionDraft, membersOf } from "./expansion_draft.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster } from "./judge_volumes.ts";
import type { Check, OpenEvent } from "./plan.ts";
import { sizeFor } from "./size_for.ts";

/** A volume that should grow and may not. */
export interface HeldCandidate {
  readonly candidate: Candidate;
  readonly hold: Hold;
}

/** What is proposed for a cluster. */
export interface Proposal {
  readonly actions: readonly OpenEvent[];
  readonly held: readonly HeldCandidate[];
  readonly limits: ReadonlyMap<Role, SizeLimit>;
  readonly trace: readonly Check[];
  readonly wakeAtMs?: Millis | undefined;
}

/** Proposes at most one expansion for each role. */
export function proposeExpansions(
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
): Proposal {
  const actions: OpenEvent[] = [];
  const held: HeldCandidate[] = [];
  const trace: Check[] = [];
  const limits = new Map<Role, SizeLimit>();
  let wakeAtMs: Millis | undefined;
  for (const role of rolesOf(view.volumes)) {
    const limit = limitOf(role, view, roleSettings(governance.settings, role).expansion);
    if (limit !== undefined) limits.set(role, limit);
    for (const candidate of candidatesOf(view, judged, role)) {
      const own = candidate.urgency === "rescue" ? limit ?? rescueLimit(role, view.volumes) : limit;
      const outcome = consider(candidate, own, view, governance);
      trace.push(...outcome.trace);
      if (outcome.kind === "held") {
        held.push({ candidate, hold: outcome.hold });
        wakeAtMs = earliest(wakeAtMs, outcome.hold.untilMs);
        continue;
      }
      if (outcome.kind === "proposed") {
        actions.push({ kind: "open-event", draft: outcome.draft });
      } else wakeAtMs = earliest(wakeAtMs, outcome.newsAtMs);
      break;
    }
  }
  return { actions, held, limits, trace, wakeAtMs };
}

type Consideration =
  | { readonly kind: "held"; readonly hold: Hold; readonly trace: readonly Check[] }
  /** A dry run that has been recorded already. */
  | { readonly kind: "recorded"; readonly newsAtMs: Millis; readonly trace: readonly Check[] }
  | { readonly kind: "proposed"; readonly draft: EventDraft; readonly trace: readonly Check[] };

function consider(
  candidate: Candidate,
  limit: SizeLimit | undefined,
  view: ClusterView,
  governance: GovernanceOutcome,
): Consideration {
  const { stance, policy, hold } = governance;
  if (hold !== undefined && (stance === "observes" || stance === "paused")) {
    return { kind: "held", hold, trace: [] };
  }
  const { volume, urgency } = candidate;
  const input: PreflightInput = { view, policy, volume, limit };
  const gate = preflight(input, urgency);
  if (gate.hold !== undefined) return { kind: "held", hold: gate.hold, trace: gate.trace };
  const size = sizeFor(candidate, limit, view, governance);
  if (size.kind === "held") {
    const check: Check = { ...size.hold, passed: false, subject: subjectOf(volume) };
    return { kind: "held", hold: size.hold, trace: [...gate.trace, check] };
  }
  const { toBytes, limitBytes } = size;
  const members = membersOf(candidate, toBytes, view);
  const room = sizeGate({ members, toBytes, limits: view.storageLimits }, urgency);
  const trace = [...gate.trace, ...room.trace];
  if (room.hold !== undefined) return { kind: "held", hold: room.hold, trace };
  const draft = expansionDraft(candidate, { members, toBytes, limitBytes }, view, governance);
  const newsAtMs = stance === "records" ? dryRunIsNewsAt(draft, view, governance) : undefined;
  if (newsAtMs === undefined) return { kind: "proposed", draft, trace };
  const message = `The policy sets dryRun. It would be ${
    formatBytes(toBytes)
  }, as a StorageEvent says`;
  const recorded: Check = { reason: "DryRun", message, passed: false, subject: subjectOf(volume) };
  return { kind: "recorded", newsAtMs, trace: [...trace, recorded] };
}
