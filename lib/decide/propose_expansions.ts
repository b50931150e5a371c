/**
 * Which roles should grow, to what, and what stands in the way.
 *
 * @module
 */

import type { EventDraft, Trigger, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Hold, preflight, type PreflightInput, type Urgency } from "../expansion/preflight.ts";
import { lockOf } from "../expansion/history.ts";
import { lastingTimeOf } from "../expansion/lasting_time.ts";
import { limitOf, rescueLimit, type SizeLimit, targetSize } from "../expansion/target.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { pressureOf } from "../threshold/pressure.ts";
import { atLeast } from "../threshold/level.ts";
import type { Bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import { earliest, type Millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { compareText, knownFileSystem, rolesOf, roleVolumes, subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { dryRunIsNews } from "./dry_run.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster, JudgedVolume } from "./judge_volumes.ts";
import { manualCandidate } from "./manual_request.ts";
import type { Check, OpenEvent } from "./plan.ts";

/** A volume that should grow, and why. */
export interface Candidate {
  readonly volume: Volume;
  readonly urgency: Urgency;
  readonly reason: Reason;
  readonly message: string;
  /** A manual request names its size; otherwise the policy computes it. */
  readonly wantedBytes?: Bytes | undefined;
  readonly manualRequestedAt?: string | undefined;
}

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
      if (outcome.draft !== undefined) actions.push({ kind: "open-event", draft: outcome.draft });
      break;
    }
  }
  return { actions, held, limits, trace, wakeAtMs };
}

/** The volumes of a role that should grow, the most pressing first; a user's request comes before. */
function candidatesOf(view: ClusterView, judged: JudgedCluster, role: Role): Candidate[] {
  const triggered = judged.volumes
    .filter(({ volume, judgement }) =>
      volume.role === role && judgement.level !== "unknown" &&
      atLeast(judgement.level, "expansion")
    )
    .sort(byPressure)
    .map(({ volume, judgement }): Candidate => ({
      volume,
      urgency: urgencyOf({ volume, judgement }),
      reason: judgement.reason,
      message: judgement.message,
    }));
  const manual = manualCandidate(view, role);
  return manual === undefined ? triggered : [manual, ...triggered];
}

function urgencyOf({ volume, judgement }: JudgedVolume): Urgency {
  if (judgement.level === "full") return "rescue";
  if (judgement.level === "emergency") return "emergency";
  return volume.fileSystem.kind === "unknown" ? "rescue" : "routine";
}

type Consideration =
  | { readonly kind: "held"; readonly hold: Hold; readonly trace: readonly Check[] }
  /** Without a draft: a dry run that has been recorded already. */
  | { readonly kind: "proposed"; readonly draft?: EventDraft; readonly trace: readonly Check[] };

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
  const input: PreflightInput = { view, policy, volume: candidate.volume, limit };
  const gate = preflight(input, candidate.urgency);
  if (gate.hold !== undefined) return { kind: "held", hold: gate.hold, trace: gate.trace };
  const size = sizeFor(candidate, limit, view, governance);
  if (size.kind === "held") {
    const subject = subjectOf(candidate.volume);
    const check: Check = { ...size.hold, passed: false, subject };
    return { kind: "held", hold: size.hold, trace: [...gate.trace, check] };
  }
  const draft = draftOf(candidate, size.toBytes, size.limitBytes, view, governance);
  if (stance === "records" && !dryRunIsNews(draft, view, governance)) {
    return { kind: "proposed", trace: gate.trace };
  }
  return { kind: "proposed", draft, trace: gate.trace };
}

type SizeOutcome =
  | { readonly kind: "size"; readonly toBytes: Bytes; readonly limitBytes: Bytes }
  | { readonly kind: "held"; readonly hold: Hold };

function sizeFor(
  candidate: Candidate,
  limit: SizeLimit | undefined,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): SizeOutcome {
  const { volume, wantedBytes } = candidate;
  const current = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  if (limit === undefined) {
    const message =
      `No size of role ${volume.role} is recorded yet of which the limit is a multiple`;
    return { kind: "held", hold: { reason: "FirstSizeUnknown", message } };
  }
  if (wantedBytes !== undefined) {
    if (wantedBytes > limit.limitBytes) return atLimit(wantedBytes, limit.limitBytes);
    if (wantedBytes > current) {
      return { kind: "size", toBytes: wantedBytes, limitBytes: limit.limitBytes };
    }
    const message = `target-size ${formatBytes(wantedBytes)} is not above the present ` +
      formatBytes(current);
    return { kind: "held", hold: { reason: "RequestNotAbove", message } };
  }
  const siblings = roleVolumes(view.volumes, volume.role).filter((other) => other !== volume);
  const own = roleSettings(settings, volume.role);
  const lastsMs = lastingTimeOf(volume, view, own);
  const target = targetSize(volume, siblings, limit, own.thresholds, own.expansion, lastsMs);
  if (target.kind === "at-limit") return atLimit(current, limit.limitBytes);
  return { kind: "size", toBytes: target.toBytes, limitBytes: limit.limitBytes };
}

function atLimit(wanted: Bytes, limitBytes: Bytes): SizeOutcome {
  const message = `${formatBytes(wanted)} does not fit the limit of ${formatBytes(limitBytes)}`;
  return { kind: "held", hold: { reason: "MaxSizeReached", message } };
}

function draftOf(
  candidate: Candidate,
  toBytes: Bytes,
  limitBytes: Bytes,
  view: ClusterView,
  { settings, stance }: GovernanceOutcome,
): EventDraft {
  const { volume } = candidate;
  const dryRun = stance === "records";
  const members = membersOf(volume, toBytes, view);
  const { writeBack, parallelism } = roleSettings(settings, volume.role).expansion;
  const trigger: Trigger = candidate.manualRequestedAt === undefined
    ? "threshold-breach"
    : "manual";
  return {
    eventType: "expansion",
    trigger,
    dryRun,
    reason: candidate.reason,
    message: `${subjectOf(volume)}: ${candidate.message}`,
    manualRequestedAt: candidate.manualRequestedAt,
    expansion: {
      role: volume.role,
      originalBytes: volume.claim.capacityBytes ?? volume.claim.requestBytes,
      requestedBytes: toBytes,
      limitBytes,
      canaryClaimName: volume.claim.name,
      writeBack,
      parallelism,
    },
    status: {
      phase: dryRun ? "Completed" : "Pending",
      completedAtMs: dryRun ? view.nowMs : undefined,
      volumes: members.map(queued),
      writeBack: dryRun ? { state: "skipped" } : { state: "pending" },
      conditions: [],
    },
  };
}

/** The canary, then every sibling that is smaller than the target and free to follow. */
function membersOf(canary: Volume, toBytes: Bytes, view: ClusterView): Volume[] {
  const followers = roleVolumes(view.volumes, canary.role).filter((volume) =>
    volume !== canary && volume.claim.phase === "Bound" && !volume.claim.deleting &&
    volume.claim.capacityBytes !== undefined && volume.claim.capacityBytes < toBytes &&
    lockOf(volume.claim.uid, view.events) === undefined
  );
  return [canary, ...followers];
}

function queued(volume: Volume): VolumeProgress {
  return {
    claimName: volume.claim.name,
    claimUid: volume.claim.uid,
    instance: volume.instance,
    nodeName: volume.pod?.nodeName,
    step: "Queued",
    originalBytes: volume.claim.capacityBytes ?? volume.claim.requestBytes,
    fileSystemBytesBefore: knownFileSystem(volume)?.deviceBytes,
  };
}

function byPressure(first: JudgedVolume, second: JudgedVolume): number {
  return pressureFor(second.volume) - pressureFor(first.volume) ||
    compareText(first.volume.instance, second.volume.instance);
}

/** For ordering only: a volume that is full by evidence comes before every measured one. */
function pressureFor(volume: Volume): number {
  const sample = knownFileSystem(volume);
  return sample === undefined ? Infinity : pressureOf(sample, volume.walHeadroom) ?? 0;
}
