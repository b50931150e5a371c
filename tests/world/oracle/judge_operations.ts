/**
 * Every operation comes to its end, and what has grown is declared.
 *
 * @module
 */

import type { Event } from "../../../lib/event/event.ts";
import { type ClusterEnd, unkept, volumesOf } from "./cluster_end.ts";
import { isOpenOperation } from "./stored_events.ts";
import { mayAct } from "../wishes.ts";
import type { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** Ten minutes for the provider, ten for the node, and the round that notices. */
const STEP_MS_MAX = 21 * MINUTE_MS;

/** The resizer asks a provider again after five minutes at most, and the slowest takes four. */
const RESIZE_MS_MAX = 12 * MINUTE_MS;

/** Judges the operations of a cluster. */
export function judgeOperations(end: ClusterEnd): readonly Violation[] {
  return [...overdue(end), ...undeclared(end), ...unfinished(end)];
}

function overdue(end: ClusterEnd): Violation[] {
  const wishes = end.truth.wishes.since(end.nowMs - STEP_MS_MAX);
  if (!wishes.every(mayAct)) return [];
  return end.events.filter((event) =>
    isOpenOperation(event) && end.nowMs - lastStepMs(event) > STEP_MS_MAX
  ).map((event) =>
    unkept(
      end,
      "no operation is open beyond its deadlines",
      `${event.name} stands still since ${new Date(lastStepMs(event)).toISOString()}`,
    )
  );
}

function lastStepMs({ createdAtMs, status }: Event): number {
  const steps = status.volumes.flatMap((volume) => [
    volume.requestedAtMs ?? 0,
    volume.controllerResizedAtMs ?? 0,
    volume.finishedAtMs ?? 0,
  ]);
  return Math.max(createdAtMs, ...steps);
}

/** A size that went through is declared, and stays so. */
function undeclared(end: ClusterEnd): Violation[] {
  const { events, record, truth } = end;
  const isLeftToAct = truth.wishes.since(0).every((wishes) =>
    mayAct(wishes) && wishes.policy?.writesBack === true
  );
  return events.flatMap((event) => {
    const { expansion, status } = event;
    if (expansion === undefined || event.dryRun || isOpenOperation(event)) return [];
    const grown = status.volumes.every(({ step }) => step === "Verified");
    const isDue = status.writeBack.state === "done" || (isLeftToAct && grown);
    const declared = record.declaredSizes.find(({ role }) => role === expansion.role);
    if (!isDue || declared === undefined || declared.sizeBytes >= expansion.requestedBytes) {
      return [];
    }
    const detail = `${declared.sizeBytes} for ${expansion.role}, ${event.name} made it ` +
      `${expansion.requestedBytes}`;
    return [unkept(end, "the Cluster declares the size that its volumes have", detail)];
  });
}

/** What the provider can finish, it has finished. */
function unfinished(end: ClusterEnd): Violation[] {
  return volumesOf(end).flatMap(({ volume, claim, podRuns }) => {
    const { behaviour } = volume.volume();
    const { failing, stuckAtNode, nodeFailing, infeasibleAboveBytes = Infinity } = behaviour;
    const isHindered = failing !== undefined || stuckAtNode || nodeFailing !== undefined ||
      claim.requestBytes > infeasibleAboveBytes || !podRuns;
    const flies = claim.requestBytes > (claim.capacityBytes ?? 0);
    const requestedMs = Math.max(
      ...end.events.flatMap(({ status }) => status.volumes)
        .filter(({ claimUid }) => claimUid === claim.uid)
        .map((progress) => progress.requestedAtMs ?? -Infinity),
    );
    if (isHindered || !flies || end.nowMs - requestedMs < RESIZE_MS_MAX) return [];
    const detail = `${claim.name} asks for ${claim.requestBytes} of ${claim.capacityBytes}`;
    return [unkept(end, "no resize is left that the provider can finish", detail)];
  });
}
