/**
 * CHECKPOINT as a remedy: when it may be ordered, and what it came to (`wal.md` §4, §10 C and E).
 *
 * @module
 */

import { formatDuration } from "../units/format.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { checkpointGain, serverLimit } from "./checkpoint_gain.ts";
import type { WalEvidence } from "./evidence.ts";
import type { Fact } from "./fact.ts";
import {
  backupHasArchive,
  instanceIsNotFenced,
  noActionIsInFlight,
  operatorLeavesTheInstanceAlone,
  serverDoesNotRecoverToTarget,
  standbyHasNothingToArchive,
} from "./gate_moment.ts";
import { findGround, type Ground } from "./ground.ts";
import { formatLsn, type Lsn } from "./lsn.ts";
import { refusal, type WalRefusal } from "./reasons.ts";
import { segmentOf } from "./segment.ts";
import { isBaseBackup, nameOfSender, neededBySender } from "./sender_constraint.ts";
import { isDoomed } from "./slot_constraint.ts";

/** Each checkpoint makes the next writes larger (full pages), so they are not forced in a row. */
export const FORCED_CHECKPOINT_INTERVAL_MS: Millis = millis(5 * MINUTE);

/** What is asked of a checkpoint before it is ordered. */
export interface CheckpointRequest {
  /** How long ago the last one was forced; absent where none is remembered. */
  readonly lastForcedAgoMs?: Millis | undefined;
  /** The primary's REDO as the primary tells it; of use on a standby alone. */
  readonly primaryRedo: Fact<Lsn>;
  /** How far this server has replayed; of use on a standby alone. */
  readonly replayLsn: Fact<Lsn>;
  /** A policy accepts that slots are invalidated. */
  readonly mayKillSlots: boolean;
  /** A policy accepts that a standby without a slot loses its WAL. */
  readonly mayBreakStandbys: boolean;
}

/** One reason not to order a checkpoint, or undefined where it does not apply. */
export type CheckpointCheck = (
  ground: Ground,
  request: CheckpointRequest,
) => WalRefusal | undefined;

/** What is checked once the indispensable facts are known, in order. */
export const CHECKPOINT_CHECKS: readonly CheckpointCheck[] = [
  serverAnswers,
  restartpointIsPossible,
  killsNoSlot,
  breaksNoStandby,
  gainsSomething,
  isNotTooSoon,
];

/** Everything that speaks against a checkpoint; empty where it may be ordered. */
export function checkpointRefusals(
  evidence: WalEvidence,
  request: CheckpointRequest,
): WalRefusal[] {
  const finding = findGround(evidence);
  const moment = [
    serverDoesNotRecoverToTarget,
    standbyHasNothingToArchive,
    operatorLeavesTheInstanceAlone,
    backupHasArchive,
    instanceIsNotFenced,
    noActionIsInFlight,
  ].map((check) => check(evidence));
  const own = finding.kind === "unknown"
    ? finding.refusals
    : CHECKPOINT_CHECKS.map((check) => check(finding.ground, request));
  return [...own, ...moment].filter((found) => found !== undefined);
}

/**
 * What a checkpoint came to. An error proves nothing: with no block free it is reported although REDO moved
 * and old segments are gone (`wal.md` §5).
 */
export function didCheckpointMove(redoBefore: Lsn, redoAfter: Lsn): "moved" | "unmoved" {
  return redoAfter > redoBefore ? "moved" : "unmoved";
}

/** A server that does not answer makes no checkpoint. */
export function serverAnswers({ server }: Ground): WalRefusal | undefined {
  return server === "up" ? undefined : refusal("ServerNotUp", "the server does not answer");
}

/** A restartpoint needs a checkpoint of the primary that was replayed since the last one. */
export function restartpointIsPossible(
  { role, control }: Ground,
  { primaryRedo, replayLsn }: CheckpointRequest,
): WalRefusal | undefined {
  if (role === "primary") return undefined;
  if (primaryRedo.kind === "unknown") return refusal("RestartpointImpossible", primaryRedo.message);
  if (replayLsn.kind === "unknown") return refusal("RestartpointImpossible", replayLsn.message);
  if (control.redo < primaryRedo.value && primaryRedo.value < replayLsn.value) return undefined;
  return refusal(
    "RestartpointImpossible",
    `expected a checkpoint between ${formatLsn(control.redo)} and ${formatLsn(replayLsn.value)}, ` +
      `found the primary's at ${formatLsn(primaryRedo.value)}: CHECKPOINT there first`,
  );
}

/** A checkpoint executes what `unreserved` announces. */
export function killsNoSlot(
  { evidence }: Ground,
  { mayKillSlots }: CheckpointRequest,
): WalRefusal | undefined {
  const { liveSlots } = evidence;
  if (liveSlots.kind === "unknown") return refusal("SlotsUnknown", liveSlots.message);
  const doomed = liveSlots.value.filter(isDoomed);
  const [first] = doomed;
  if (first === undefined || mayKillSlots) return undefined;
  return refusal(
    "CheckpointWouldKillSlot",
    `a checkpoint would invalidate ${first.name}, and ${doomed.length} slots in all`,
  );
}

/** PostgreSQL's own checkpoint breaks a standby without a slot that lags (`wal.md` E5a). */
export function breaksNoStandby(
  ground: Ground,
  request: CheckpointRequest,
): WalRefusal | undefined {
  const { walSenders } = ground.evidence;
  const newRedo = redoAfterCheckpoint(ground, request);
  if (walSenders.kind === "unknown") return refusal("WalSendersUnknown", walSenders.message);
  if (newRedo === undefined) {
    return refusal("PositionUnknown", "the server's position is not known");
  }
  const limit = serverLimit(ground, newRedo);
  for (const sender of walSenders.value.filter((one) => !one.usesSlot && !isBaseBackup(one))) {
    const needed = neededBySender(sender);
    if (needed === undefined) {
      return refusal("WalSendersUnknown", `${nameOfSender(sender)} has no position`);
    }
    if (segmentOf(needed, ground.control.segmentSize) < limit && !request.mayBreakStandbys) {
      const message = `${nameOfSender(sender)} has no slot and still needs ${formatLsn(needed)}`;
      return refusal("CheckpointWouldBreakStandby", message);
    }
  }
  return undefined;
}

/** Without a gain it only makes the next writes larger. */
export function gainsSomething(
  ground: Ground,
  request: CheckpointRequest,
): WalRefusal | undefined {
  const newRedo = redoAfterCheckpoint(ground, request);
  if (newRedo === undefined) {
    return refusal("CheckpointGainUnknown", "the server's position is not known");
  }
  const gain = checkpointGain(ground, newRedo);
  if (gain.kind === "unknown") {
    const reasons = gain.refusals.map(({ reason }) => reason).join(", ");
    return refusal("CheckpointGainUnknown", `what a checkpoint would free depends on: ${reasons}`);
  }
  return gain.segments > 0
    ? undefined
    : refusal("CheckpointGainsNothing", "every older segment is held by something else");
}

/** Not in a row. */
export function isNotTooSoon(
  _ground: Ground,
  { lastForcedAgoMs }: CheckpointRequest,
): WalRefusal | undefined {
  if (lastForcedAgoMs === undefined || lastForcedAgoMs >= FORCED_CHECKPOINT_INTERVAL_MS) {
    return undefined;
  }
  return refusal("CheckpointTooSoon", `the last one was ${formatDuration(lastForcedAgoMs)} ago`);
}

/** Where REDO would lie after a checkpoint now. */
export function redoAfterCheckpoint(
  { role, evidence }: Ground,
  { primaryRedo }: CheckpointRequest,
): Lsn | undefined {
  if (role !== "primary") return primaryRedo.kind === "known" ? primaryRedo.value : undefined;
  return evidence.position.kind === "known" ? evidence.position.value.lsn : undefined;
}
