/**
 * Nobody is left too full whom the manager could help, and nobody without being told why.
 *
 * @module
 */

import { STORAGE_CLASS } from "../../../kube/resources.ts";
import { isWindowOpen, mayAct, policyOfRole, type PolicyWish } from "../wishes.ts";
import { type ClusterEnd, pictureOf, unkept, type VolumeEnd, volumesOf } from "./cluster_end.ts";
import { isOpenOperation } from "./stored_events.ts";
import type { Violation } from "./violation.ts";

const GIBIBYTE = 1024 ** 3;
const MINUTE_MS = 60_000;

/** A volume that is too full for so long has been seen. */
const SEEN_MS = 3 * MINUTE_MS;

/** No world grows so far. */
const ROOMY_GIBIBYTES = 60;

/** A rescue, the steps of the growth that follow it, and CNPG's start of the instance take less. */
const RESCUE_MS_MAX = 15 * MINUTE_MS;

/** Judges the relief of every volume. */
export function judgeRelief(end: ClusterEnd): readonly Violation[] {
  return [
    ...stopped(end),
    ...stillStopped(end),
    ...volumesOf(end).flatMap((volume) => judgeVolume(end, volume)),
  ];
}

/** Where nothing stood in the way from beginning to end, no server ever stopped for want of room. */
function stopped(end: ClusterEnd): Violation[] {
  const { truth } = end;
  if (!truth.helpable || !isFreeSince(end, 0)) return [];
  return [...truth.stops].flatMap(([instance, stops]) =>
    stops.since(0).includes(true)
      ? [unkept(end, "nobody is full who can be helped", `${instance} stopped`)]
      : []
  );
}

/** Where nothing has stood in the way for long, whoever stopped runs again. */
function stillStopped(end: ClusterEnd): Violation[] {
  const { truth, nowMs } = end;
  if (!isFreeSince(end, nowMs - RESCUE_MS_MAX) || truth.budgeted) return [];
  if (truth.bounded.since(nowMs - RESCUE_MS_MAX).includes(true)) return [];
  return volumesOf(end).flatMap(({ instance, volume, claim, podRuns }) => {
    const stops = truth.stops.get(instance.name)?.since(nowMs - RESCUE_MS_MAX) ?? [];
    const { infeasibleAboveBytes, failing, nodeFailing, stuckAtNode } = volume.volume().behaviour;
    const isHindered = infeasibleAboveBytes !== undefined || failing !== undefined ||
      nodeFailing !== undefined || stuckAtNode || !isExpandable(end, claim.storageClassName) ||
      !podRuns || hasFailed(end, claim.uid);
    if (isHindered || !isNoticeable(end, instance.name)) return [];
    if (!stops.every((isStopped) => isStopped)) return [];
    return [unkept(end, "whoever is full is rescued", `${instance.name} is still stopped`)];
  });
}

/** A server without room that idles on is seen by its agent alone: CNPG reports those that stopped. */
function isNoticeable({ truth, record, nowMs }: ClusterEnd, instance: string): boolean {
  const reportedMs = truth.reportedMs.get(instance) ?? -Infinity;
  return nowMs - reportedMs <= SEEN_MS || record.signs.phase === DISK_FULL_PHASE;
}

function isFreeSince({ truth }: ClusterEnd, sinceMs: number): boolean {
  return truth.wishes.since(sinceMs).every((wishes) =>
    mayAct(wishes) && isRoomy(wishes.policy) &&
    wishes.policy?.window === undefined && !wishes.policy?.sharesBreaker &&
    // Else a replica may be full the moment it comes up.
    wishes.policy?.writesBack === true
  );
}

function isRoomy(policy: PolicyWish | undefined): boolean {
  return [policy, policy?.wal ?? policy].every((one) => one?.maxSizeGibibytes === ROOMY_GIBIBYTES);
}

function hasFailed({ events }: ClusterEnd, uid: string): boolean {
  return events.flatMap(({ status }) => status.volumes)
    .some(({ claimUid, step }) => claimUid === uid && step === "Failed");
}

function judgeVolume(end: ClusterEnd, ended: VolumeEnd): Violation[] {
  if (!needsRoom(end, ended)) return [];
  const { claimName } = ended.volume;
  const reasons = obstaclesOf(end, ended);
  if (reasons.length === 0) {
    return [unkept(end, "what can grow and should has grown", pressureText(end, claimName))];
  }
  if (reasons.some((reason) => isTold(end, reason))) return [];
  const detail = `${claimName}: ${reasons.join(", ")}; told: ${toldReasons(end).join(", ")}`;
  return [unkept(end, "why a volume does not grow is told", detail)];
}

/** Whether a volume should grow, and nothing that is so now is in its way. */
export function isNeglected(end: ClusterEnd, ended: VolumeEnd): boolean {
  return needsRoom(end, ended) && obstaclesOf(end, ended).length === 0;
}

/** How full a volume is, as text. */
export function pressureText({ truth }: ClusterEnd, claimName: string): string {
  return `${claimName} is at ${truth.pressures.get(claimName)?.latest.toFixed(1)} %`;
}

/** Whether a volume has been too full for so long that it has been seen, and users want it to grow. */
function needsRoom(end: ClusterEnd, { volume }: VolumeEnd): boolean {
  const { truth, nowMs } = end;
  const policy = policyOf(end, volume.role);
  if (policy === undefined || !truth.wishes.since(nowMs - SEEN_MS).every(mayAct)) return false;
  const pressures = truth.pressures.get(volume.claimName)?.since(nowMs - SEEN_MS) ?? [];
  return pressures.every((percent) => percent >= policy.expansionPercent);
}

function policyOf({ truth }: ClusterEnd, role: string): PolicyWish | undefined {
  const { policy } = truth.wishes.latest;
  return policy && policyOfRole(policy, role);
}

/** Why a volume may not grow, told from the truth, in the words in which it is told. */
function obstaclesOf(end: ClusterEnd, ended: VolumeEnd): string[] {
  const { truth, nowMs, events } = end;
  const { volume, claim, podRuns } = ended;
  const policy = policyOf(end, volume.role);
  if (policy === undefined) return ["NoPolicy"];
  const capacityBytes = claim.capacityBytes ?? 0;
  const own = events.filter((event) => event.eventType === "expansion" && !event.dryRun);
  const ofRole = own.filter(({ expansion }) => expansion?.role === volume.role);
  const lastEndMs = Math.max(
    ...ofRole.map(({ status, createdAtMs }) => status.completedAtMs ?? createdAtMs),
  );
  const presses = truth.pressures.get(volume.claimName)?.since(nowMs - SEEN_MS)
    .every((percent) => percent >= policy.emergencyPercent);
  const allSteps = own.flatMap(({ status }) => status.volumes);
  const steps = allSteps.filter(({ claimUid }) => claimUid === claim.uid);
  const obstacles: readonly (readonly [string, boolean])[] = [
    ["StorageClassFixed", !isExpandable(end, claim.storageClassName)],
    ["MaxSizeReached", capacityBytes >= policy.maxSizeGibibytes * GIBIBYTE],
    ["ResizeInFlight", claim.requestBytes > capacityBytes || claim.resizeStatus !== "none"],
    [
      "ExpansionStarted",
      own.some((event) =>
        isOpenOperation(event) &&
        event.status.volumes.some(({ claimUid }) => claimUid === claim.uid)
      ),
    ],
    ["CooldownActive", !presses && nowMs - lastEndMs < policy.cooldownMinutes * MINUTE_MS],
    [
      "BreakerOpen",
      (policy.sharesBreaker ? allSteps : steps).some(({ step }) => step === "Failed"),
    ],
    [
      "WindowClosed",
      !isWindowOpen(policy, nowMs - MINUTE_MS) && !(presses && policy.window?.emergencyExempt),
    ],
    ["ProviderBudgetSpent", truth.budgeted && steps.length >= BUDGETED_CHANGES_MAX],
    ["NoRunningPod", !podRuns],
    ["QuotaExceeded", truth.bounded.latest],
    ["ResizeRefused", truth.bounded.latest],
    ["SomeVolumesUnknown", nowMs - (truth.reportedMs.get(ended.instance.name) ?? 0) > SEEN_MS],
    ["OperatorBusy", end.record.signs.phase !== HEALTHY_PHASE],
  ];
  return obstacles.flatMap(([reason, stands]) => stands ? [reason] : []);
}

const BUDGETED_CHANGES_MAX = 4;
const DISK_FULL_PHASE = "Not enough disk space";
const HEALTHY_PHASE = "Cluster in healthy state";

function isExpandable({ server }: ClusterEnd, name: string | undefined): boolean {
  const storageClass = name === undefined ? undefined : server.find(STORAGE_CLASS, { name });
  return storageClass?.["allowVolumeExpansion"] === true;
}

function isTold(end: ClusterEnd, reason: string): boolean {
  return toldReasons(end).includes(reason);
}

/** Reasons of warnings, of conditions that hold, and of failures in events. */
function toldReasons(end: ClusterEnd): (string | undefined)[] {
  const { conditions = [] } = pictureOf(end)?.status ?? {};
  return [
    ...new Set([
      ...end.told.map(({ reason }) => reason),
      ...conditions.filter(({ status }) => status === "True").map(({ reason }) => reason),
    ]),
  ];
}
