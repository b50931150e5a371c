/**
 * Everything that would have to change for one cluster.
 *
 * @module
 */

import type { Event } from "../../lib/event/event.ts";
import { isReason, type Reason } from "../../lib/explain/reasons.ts";
import type { ClusterReport } from "../read/report.ts";
import { notableConditions } from "./conditions.ts";
import { holdOf } from "./hold.ts";
import { type Remedy, remedyOf } from "./remedy.ts";
import { fullestOf, stateOf } from "./state.ts";

/** A remedy, and the reason that it answers. */
export interface ReasonedRemedy extends Remedy {
  readonly reason: Reason;
}

/** Something that stands in the way, and the claim that it is about. */
interface Obstacle {
  readonly reason: string | undefined;
  readonly claim: string;
}

/** Remedies of what stands in the way, the most telling first, each command once. */
export function remediesOf({ storage, events }: ClusterReport): ReasonedRemedy[] {
  const { status, name } = storage;
  const claim = fullestOf(status.volumes)?.claim ?? name;
  const reasons = [
    stateOf(status).reason,
    holdOf(status),
    ...notableConditions(status.conditions ?? []).map(({ reason }) => reason),
  ];
  const obstacles: readonly Obstacle[] = [
    ...reasons.map((reason) => ({ reason, claim })),
    ...events.kind === "read" ? failuresOf(events.value, isShort) : [],
  ];
  const remedies = obstacles.flatMap((obstacle) => {
    const { reason = "" } = obstacle;
    const remedy = isReason(reason) ? remedyOf(reason, storage, obstacle.claim) : undefined;
    return remedy === undefined || !isReason(reason) ? [] : [{ ...remedy, reason }];
  });
  return remedies.filter(({ command }, index) =>
    remedies.findIndex((other) => other.command === command) === index
  );

  function isShort(claimName: string): boolean {
    const level = status.volumes?.find((volume) => volume.claim === claimName)?.level;
    return level !== undefined && level !== "ok";
  }
}

/**
 * Why the last operation of each role failed where its volumes still lack room: what is tried again after a
 * cooldown fails again, unless somebody removes the cause.
 */
function failuresOf(events: readonly Event[], isShort: (claimName: string) => boolean): Obstacle[] {
  const roles = new Set<string>();
  return events.flatMap(({ expansion, dryRun, status }) => {
    if (expansion === undefined || dryRun || roles.has(expansion.role)) return [];
    roles.add(expansion.role);
    return status.volumes.flatMap(({ failure, claimName }) =>
      failure !== undefined && isShort(claimName)
        ? [{ reason: failure.reason, claim: claimName }]
        : []
    );
  });
}
