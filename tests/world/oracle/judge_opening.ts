/**
 * The rows of the gate table (DESIGN §5) that are settled when an operation is opened.
 *
 * @module
 */

import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import type { Event, VolumeProgress } from "../../../lib/event/event.ts";
import type { AuditRecord, StoredObjects } from "../../../sim/api_server/api_server.ts";
import type { ClusterTruth } from "../truth.ts";
import { isWindowOpen, mayAct } from "../wishes.ts";
import {
  hadStopped,
  highestPressure,
  instanceOf,
  isFilling,
  policiesAt,
  roleOf,
  wasPressing,
} from "./facts.ts";
import { judgeSharedBreaker } from "./judge_shared_breaker.ts";
import { isOpenOperation } from "./stored_events.ts";
import { broken, KNOWLEDGE_AGE_MS_MAX, type Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** Staleness of 100 s, and a create that is sent late or after other writes of the same round. */
const SAMPLE_AGE_MS_MAX = 3 * MINUTE_MS;

/** A round decides by what was known at its beginning; what it then writes may be under way for so long. */
const ROUND_MS_MAX = MINUTE_MS;

/** Times in StorageEvents are whole seconds. */
const CLOCK_GRAIN_MS = 1_000;

/** What a StorageEvent of an expansion is judged by. */
export interface Opening {
  readonly record: AuditRecord;
  readonly truth: ClusterTruth;
  readonly event: Event;
  /** Those of the cluster that were stored before it, in the order of their creation. */
  readonly earlier: readonly Event[];
  /** All that is stored. */
  readonly objects: StoredObjects;
}

/** Judges the opening of an operation, or the record of a dry run. */
export function judgeOpening(opening: Opening): Violation | undefined {
  const { event } = opening;
  if (event.eventType !== "expansion") return undefined;
  if (event.dryRun) return judgeRecord(opening);
  for (
    const judge of [
      judgeWishes,
      judgeAlone,
      judgeManual,
      judgePressure,
      judgeKnowledge,
      judgeCooldown,
      judgeWindow,
      judgeBreaker,
      judgeSharedBreaker,
    ]
  ) {
    const violation = judge(opening);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function judgeRecord({ record, truth }: Opening): Violation | undefined {
  if (policiesAt(truth, record.atMs, "data").some(({ dryRun }) => dryRun)) {
    return undefined;
  }
  return broken(record, "only a dry run is recorded as one", "no policy wished one");
}

function judgeWishes({ record, truth }: Opening): Violation | undefined {
  const wishes = truth.wishes.since(record.atMs - KNOWLEDGE_AGE_MS_MAX);
  if (wishes.some(mayAct)) return undefined;
  return broken(
    record,
    "nothing is begun without a policy, during a pause or in a dry run",
    JSON.stringify(wishes),
  );
}

/** Never two operations on one volume, unless a dead manager's request arrives after the other was opened. */
function judgeAlone({ record, event, earlier }: Opening): Violation | undefined {
  const own = new Set(event.status.volumes.map(({ claimUid }) => claimUid));
  const other = earlier.find((one) =>
    isOpenOperation(one) && decidedAtText(one) <= decidedAtText(event) &&
    one.status.volumes.some(({ claimUid, step }) =>
      own.has(claimUid) && step !== "Verified" && step !== "Failed"
    )
  );
  if (other === undefined) return undefined;
  return broken(record, "a volume is in one operation at a time", `${other.name} is open`);
}

/** When an event was decided on, as its name has it (PRD: `<cluster>-<type>-YYYYMMDD-HHMMSS`). */
export function decidedAtText({ name }: Event): string {
  return /\d{8}-\d{6}/.exec(name)?.[0] ?? "";
}

/** A user's request is honoured once, and only one that a user made. */
function judgeManual({ record, event, truth, earlier }: Opening): Violation | undefined {
  const { manualRequestedAt, trigger } = event;
  if (trigger !== "manual") return undefined;
  if (!truth.manualRequests.includes(manualRequestedAt ?? "")) {
    return broken(record, "only a user's request is manual", manualRequestedAt ?? "none");
  }
  const twin = earlier.find((one) => !one.dryRun && one.manualRequestedAt === manualRequestedAt);
  if (twin === undefined) return undefined;
  return broken(record, "a user's request is honoured once", `by ${twin.name} before`);
}

function judgePressure(opening: Opening): Violation | undefined {
  const { record, event, truth } = opening;
  const claimName = event.expansion?.canaryClaimName ?? "";
  if (follows(opening)) return undefined;
  if (event.trigger === "manual" || hadStopped(truth, claimName, record.atMs)) return undefined;
  const policies = policiesAt(truth, record.atMs, roleOf(claimName));
  const isForeseen = policies.some(({ timeToFullHours }) => timeToFullHours !== undefined);
  if (isForeseen && isFilling(truth, claimName, record.atMs)) return undefined;
  const floor = Math.min(...policies.map(({ expansionPercent }) => expansionPercent));
  const highest = highestPressure(truth, claimName, record.atMs - SAMPLE_AGE_MS_MAX);
  if (highest >= floor) return undefined;
  return broken(
    record,
    "an operation begins because its first volume is too full",
    `${claimName} was at ${highest.toFixed(1)} % at most, below ${floor} %`,
  );
}

/** Whether the first volume gets what a sibling of its role has: that may follow unmeasured (DESIGN §4). */
function follows({ event: { expansion, reason, status }, truth, objects }: Opening): boolean {
  if (reason !== "SiblingsLarger" || expansion === undefined) return false;
  const siblings = objects.all(PERSISTENT_VOLUME_CLAIM).map(projectClaim).filter((claim) =>
    claim.controller?.uid === truth.cluster.uid && claim.role === expansion.role
  );
  const isAsked = (uid: string) => status.volumes.some(({ claimUid }) => claimUid === uid);
  return siblings.some(({ uid, capacityBytes = 0 }) =>
    !isAsked(uid) && capacityBytes >= expansion.requestedBytes
  );
}

/** A sample that is unknown or stale never triggers anything but a rescue. */
function judgeKnowledge(opening: Opening): Violation | undefined {
  const { record, event, truth } = opening;
  const claimName = event.expansion?.canaryClaimName ?? "";
  if (follows(opening)) return undefined;
  if (event.trigger === "manual" || hadStopped(truth, claimName, record.atMs)) return undefined;
  const reportedMs = truth.reportedMs.get(instanceOf(claimName)) ?? -Infinity;
  if (record.atMs - reportedMs <= SAMPLE_AGE_MS_MAX) return undefined;
  return broken(
    record,
    "a volume that nobody measures triggers nothing",
    `the last report of ${instanceOf(claimName)} was ${record.atMs - reportedMs} ms ago`,
  );
}

/** The cooldown is one of cluster and role; it yields to emergencies, rescues and users. */
function judgeCooldown({ record, event, truth, earlier }: Opening): Violation | undefined {
  const { role, canaryClaimName = "" } = event.expansion ?? {};
  if (event.trigger === "manual" || wasPressing(truth, canaryClaimName, record.atMs)) {
    return undefined;
  }
  const cooldownMs = MINUTE_MS *
    Math.min(
      ...policiesAt(truth, record.atMs, roleOf(canaryClaimName))
        .map(({ cooldownMinutes }) => cooldownMinutes),
    );
  const tooEarly = earlier.find((one) =>
    one.eventType === "expansion" && !one.dryRun && one.expansion?.role === role &&
    (one.status.completedAtMs ?? one.createdAtMs) + cooldownMs > record.atMs + CLOCK_GRAIN_MS
  );
  if (tooEarly === undefined) return undefined;
  const sinceMs = record.atMs - (tooEarly.status.completedAtMs ?? tooEarly.createdAtMs);
  return broken(
    record,
    "a role rests for its cooldown between two operations",
    `${tooEarly.name} ended ${sinceMs} ms before, of ${cooldownMs} ms`,
  );
}

/** A window is waited for by routine expansions, and by emergencies that it does not exempt. */
function judgeWindow({ record, event, truth }: Opening): Violation | undefined {
  const claimName = event.expansion?.canaryClaimName ?? "";
  if (event.trigger === "manual" || hadStopped(truth, claimName, record.atMs)) return undefined;
  const presses = wasPressing(truth, claimName, record.atMs);
  const allows = policiesAt(truth, record.atMs, roleOf(claimName)).some((policy) =>
    isWindowOpen(policy, record.atMs) || isWindowOpen(policy, record.atMs - ROUND_MS_MAX) ||
    (presses && policy.window?.emergencyExempt)
  );
  if (allows) return undefined;
  return broken(record, "what can wait for a window does", `${claimName} did not`);
}

/** What a volume cannot have, or did not get in time, is its own failure. */
const OWN_FAILURES: readonly string[] = [
  "ResizeInfeasible",
  "ResizeRefused",
  "ControllerDeadline",
  "FileSystemDeadline",
];

function judgeBreaker({ record, event, truth, earlier }: Opening): Violation | undefined {
  const canary = event.status.volumes.find(({ claimName }) =>
    claimName === event.expansion?.canaryClaimName
  );
  if (event.trigger === "manual" || canary === undefined) return undefined;
  const failures = failuresOf(canary.claimUid, earlier);
  const last = failures.at(-1);
  if (last === undefined) return undefined;
  const policies = policiesAt(truth, record.atMs, roleOf(canary.claimName));
  const isRescue = hadStopped(truth, canary.claimName, record.atMs);
  const allowed = Math.max(...policies.map(({ maxFailures }) => maxFailures)) + (isRescue ? 1 : 0);
  const resetMs = MINUTE_MS * Math.min(...policies.map(({ resetMinutes }) => resetMinutes));
  if (failures.length < allowed || record.atMs + ROUND_MS_MAX >= last + resetMs) return undefined;
  return broken(
    record,
    "a volume that failed too often rests until its breaker is half-open",
    `${canary.claimName} failed ${failures.length} times, the last time ${
      record.atMs - last
    } ms ago`,
  );
}

/** When a volume failed since it last grew, or since a user reset the breaker. */
export function failuresOf(claimUid: string, events: readonly Event[]): readonly number[] {
  let failures: number[] = [];
  for (const event of events) {
    if (event.reason === "BreakerReset") failures = [];
    if (event.dryRun) continue;
    for (const volume of event.status.volumes) {
      if (volume.claimUid !== claimUid) continue;
      if (volume.step === "Verified") failures = [];
      if (!isOwnFailure(volume)) continue;
      failures.push(volume.finishedAtMs ?? event.createdAtMs);
    }
  }
  return failures;
}

/** Whether a volume failed by what speaks against growing it again. */
export function isOwnFailure({ step, failure }: VolumeProgress): boolean {
  return step === "Failed" && OWN_FAILURES.includes(failure?.reason ?? "");
}
