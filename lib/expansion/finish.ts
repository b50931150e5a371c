/**
 * The end of an expansion: the Cluster's spec, then the verdict.
 *
 * @module
 */

import { NEVER_ASKED } from "../breaker/never_asked.ts";
import type { Action } from "../decide/plan.ts";
import type {
  Condition,
  Event,
  EventStatus,
  ExpansionIntent,
  VolumeProgress,
  WriteBack,
} from "../event/event.ts";
import { formatBytes } from "../units/format.ts";
import { formatQuantity } from "../units/quantity.ts";
import { after, type Millis, millis, MINUTE } from "../units/millis.ts";
import type { AdvanceContext } from "./advance.ts";
import { hasEnded } from "./history.ts";
import { declaredField, leftToGit } from "./left_to_git.ts";

/**
 * How long the size in the Cluster's spec waits for CNPG to rest. The volumes have grown by then; what waits is
 * only what new replicas start with.
 */
const BUSY_WAIT_MS = millis(10 * MINUTE);

/** How an operation goes on once every volume has ended. */
export interface Finish {
  readonly status: EventStatus;
  readonly actions: readonly Action[];
  readonly wakeAtMs?: Millis | undefined;
}

/** Writes the size back and closes the operation, when its time has come. */
export function finish(
  status: EventStatus,
  event: Event,
  intent: ExpansionIntent,
  context: AdvanceContext,
): Finish {
  const started = withStart(status, context.view.nowMs);
  if (!started.volumes.every(hasEnded)) return { status: started, actions: [] };
  const { writeBack, actions, wakeAtMs } = advanceWriteBack(started, event, intent, context);
  if (writeBack.state === "pending") {
    return { status: { ...started, writeBack }, actions, wakeAtMs };
  }
  return { status: close({ ...started, writeBack }, intent, context), actions };
}

function withStart(status: EventStatus, nowMs: Millis): EventStatus {
  if (status.phase !== "Pending") return status;
  const begun = status.volumes.some((volume) => volume.step !== "Queued");
  return begun ? { ...status, phase: "InProgress", startedAtMs: nowMs } : status;
}

interface WriteBackAdvance {
  readonly writeBack: WriteBack;
  readonly actions: readonly Action[];
  readonly wakeAtMs?: Millis | undefined;
}

function advanceWriteBack(
  status: EventStatus,
  event: Event,
  intent: ExpansionIntent,
  context: AdvanceContext,
): WriteBackAdvance {
  const { view } = context;
  if (status.writeBack.state !== "pending") return { writeBack: status.writeBack, actions: [] };
  const isWanted = mayBeDeclared(status, intent, context) &&
    leftToGit(view, context.policy, intent.role) === undefined;
  if (!isWanted) return { writeBack: { state: "skipped" }, actions: [] };
  const declared = view.declaredSizes.find(({ role }) => role === intent.role);
  if (declared === undefined) return { writeBack: { state: "skipped" }, actions: [] };
  if (declared.sizeBytes >= intent.requestedBytes) {
    return { writeBack: { state: "done" }, actions: [] };
  }
  if (context.requests === "held" || view.deleting) {
    return { writeBack: status.writeBack, actions: [] };
  }
  const waitEndMs = after(lastEnd(status.volumes, view.nowMs), BUSY_WAIT_MS);
  if (view.operator.busy !== undefined && view.nowMs < waitEndMs) {
    return { writeBack: status.writeBack, actions: [], wakeAtMs: waitEndMs };
  }
  return {
    writeBack: status.writeBack,
    actions: [{
      kind: "write-back",
      eventName: event.name,
      role: intent.role,
      field: declared.field,
      tablespaceIndex: declared.tablespaceIndex,
      fromBytes: declared.sizeBytes,
      toBytes: intent.requestedBytes,
      resourceVersion: view.resourceVersion,
    }],
  };
}

function mayBeDeclared(
  { volumes }: EventStatus,
  intent: ExpansionIntent,
  { requests }: AdvanceContext,
): boolean {
  return intent.writeBack === "cluster" && requests !== "withdrawn" && volumes.some(hasGrown) &&
    !volumes.some(mustNotBeDeclared);
}

/**
 * CNPG raises every claim to the size in the spec and stops at the first refusal (`cnpg.md` §5.2): a size that
 * one volume can never have would block the whole cluster.
 */
function mustNotBeDeclared(progress: VolumeProgress): boolean {
  const reason = progress.failure?.reason;
  if (reason !== undefined && NEVER_ASKED.includes(reason)) return true;
  return reason === "ResizeInfeasible" || reason === "ResizeRefused" || reason === "CanaryFailed";
}

function hasGrown(progress: VolumeProgress): boolean {
  return progress.step === "Verified";
}

function lastEnd(volumes: readonly VolumeProgress[], nowMs: Millis): Millis {
  const ends = volumes.flatMap((volume) => volume.finishedAtMs ?? []);
  return ends.length === 0 ? nowMs : millis(Math.max(...ends));
}

function close(
  status: EventStatus,
  intent: ExpansionIntent,
  context: AdvanceContext,
): EventStatus {
  const grown = status.volumes.filter(hasGrown).length;
  return {
    ...status,
    phase: grown === 0 ? "Failed" : "Completed",
    completedAtMs: context.view.nowMs,
    conditions: [verdict(status, grown, intent), ...gitNote(status, intent, context)],
  };
}

/** What somebody has to write into Git, where the spec would have been raised and was left to them. */
function gitNote(
  status: EventStatus,
  intent: ExpansionIntent,
  context: AdvanceContext,
): Condition[] {
  const { view, policy } = context;
  const owner = leftToGit(view, policy, intent.role);
  const declared = view.declaredSizes.find(({ role }) => role === intent.role);
  const isLeft = status.writeBack.state === "skipped" && mayBeDeclared(status, intent, context);
  if (owner === undefined || declared === undefined || !isLeft) return [];
  const message = `${owner.fieldManager} applies the Cluster from Git: set ` +
    `${declaredField(declared)} to ${formatQuantity(intent.requestedBytes)} there`;
  return [{ type: "WrittenBack", status: "False", reason: "GitHoldsSize", message }];
}

function verdict(status: EventStatus, grown: number, intent: ExpansionIntent): Condition {
  const count = `${grown}/${status.volumes.length} PVCs expanded`;
  const size = formatBytes(intent.requestedBytes);
  const writeBack = writeBackNote(status.writeBack);
  if (grown > 0 && grown === status.volumes.length) {
    const message = `${count} to ${size}${writeBack}`;
    return { type: "Complete", status: "True", reason: "ExpansionCompleted", message };
  }
  const messages = status.volumes.flatMap(({ failure }) => failure?.message ?? []);
  const failures = [...new Set(messages)].join("; ");
  return {
    type: "Complete",
    status: "False",
    reason: grown === 0 ? "ExpansionFailed" : "PartialFailure",
    message: `${count} to ${size}${writeBack}: ${failures}`,
  };
}

function writeBackNote(writeBack: WriteBack): string {
  switch (writeBack.state) {
    case "done":
      return ", the Cluster's spec declares it";
    case "failed":
      return `, the Cluster's spec could not be changed: ${writeBack.message}`;
    case "pending":
    case "skipped":
      return ", the Cluster's spec is unchanged";
  }
}
