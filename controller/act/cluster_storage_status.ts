/**
 * What a ClusterStorage says, made from a view and its plan.
 *
 * @module
 */

import {
  type ClusterStorageStatus,
  STATUS_VOLUMES_MAX,
  type VolumeStatus,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { forecastStatus, soonest } from "../../lib/cluster_storage/forecast_status.ts";
import type { Plan, VolumeJudgement } from "../../lib/decide/plan.ts";
import { conditionObjects } from "../../lib/event/condition.ts";
import { smallestOriginal } from "../../lib/expansion/target.ts";
import { explainNextStep } from "../../lib/explain/next_step.ts";
import { pressureOf, usedPercentOf } from "../../lib/threshold/pressure.ts";
import { minBytes } from "../../lib/units/bytes.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { rolesOf, roleVolumes } from "../../lib/view/select.ts";
import type { Volume } from "../../lib/view/volume.ts";

/** Longest text that the schema takes. */
const TEXT_LENGTH_MAX = 4096;

/** The status as it would be written now. `previous` gives conditions their times and roles their first sizes. */
export function clusterStorageStatus(
  view: ClusterView,
  plan: Plan,
  previous: ClusterStorageStatus,
  nowMs: Millis,
): ClusterStorageStatus {
  const volumes = view.volumes.slice(0, STATUS_VOLUMES_MAX).map((volume) =>
    volumeStatus(volume, plan.volumes)
  );
  const times = volumes.flatMap(({ timeToFull }) => timeToFull ?? []);
  const pressures = volumes.flatMap(({ pressurePercent }) => pressurePercent ?? []);
  return {
    policy: policyOf(view),
    level: plan.volumes.some(({ level }) => level !== "unknown") ? plan.level : "unknown",
    pressurePercent: pressures.length === 0 ? null : Math.max(...pressures),
    // A merge patch keeps what is left out.
    timeToFull: soonest(times) ?? null,
    volumes,
    conditions: conditionObjects(plan.conditions, {
      previous: previous.conditions ?? [],
      nowMs,
    }),
    nextAction: clip(explainNextStep(plan, view.events)),
    firstSeenSizes: { ...smallestSizes(view), ...previous.firstSeenSizes },
    lastUpdated: formatTimestamp(nowMs),
  };
}

function policyOf(view: ClusterView): NonNullable<ClusterStorageStatus["policy"]> | null {
  const { governance } = view;
  switch (governance.kind) {
    case "none":
    case "excluded":
      return null;
    case "invalid":
      // A merge patch keeps what is left out: what an earlier policy said would stay.
      return { name: governance.policyName, dryRun: null };
    case "policy":
      return { name: governance.policyName, dryRun: governance.policy.settings.dryRun };
  }
}

function volumeStatus(volume: Volume, judgements: readonly VolumeJudgement[]): VolumeStatus {
  const { instance, role, claim } = volume;
  const judgement = judgements.find((candidate) =>
    candidate.instance === instance && candidate.role === role
  );
  return {
    instance,
    role,
    claim: claim.name,
    requested: formatQuantity(claim.requestBytes),
    ...(claim.capacityBytes === undefined ? {} : { capacity: formatQuantity(claim.capacityBytes) }),
    ...measured(volume),
    level: judgement?.level ?? "unknown",
    ...(judgement === undefined
      ? {}
      : { reason: judgement.reason, message: clip(judgement.message) }),
    ...forecastStatus(volume.forecast, volume.expansionTimeMs),
  };
}

/** Shares are cut off, not rounded: 84.9 must not read as a threshold of 85 that was reached. */
function measured(volume: Volume): Partial<VolumeStatus> {
  const { fileSystem, walHeadroom } = volume;
  if (fileSystem.kind === "unknown") return {};
  const { value, source, observedAtMs } = fileSystem;
  const used = usedPercentOf(value);
  const pressure = pressureOf(value, walHeadroom);
  return {
    used: formatQuantity(value.usedBytes),
    available: formatQuantity(value.availableBytes),
    ...(used === undefined ? {} : { usedPercent: wholePercent(used) }),
    ...(pressure === undefined ? {} : { pressurePercent: wholePercent(pressure) }),
    source,
    lastSampleTime: formatTimestamp(observedAtMs),
  };
}

/**
 * The smallest size of each role that is known, now or before an expansion that is remembered: the limit counts
 * from it, and somebody who deletes the ClusterStorage must not move the limit by that.
 */
function smallestSizes(view: ClusterView): Record<string, string> {
  return Object.fromEntries(
    rolesOf(view.volumes).flatMap((role) => {
      const sizes = roleVolumes(view.volumes, role)
        .flatMap(({ claim }) => claim.capacityBytes ?? [])
        .concat(smallestOriginal(role, view.events) ?? []);
      return sizes.length === 0 ? [] : [[role, formatQuantity(sizes.reduce(minBytes))]];
    }),
  );
}

function wholePercent(share: number): number {
  return Math.min(100, Math.max(0, Math.floor(share)));
}

function clip(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX - 1)}…`;
}
