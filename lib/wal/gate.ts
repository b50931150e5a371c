/**
 * The gate: reasons for which nothing at all is removed (`wal.md` §10 B), and those that files alone demand of
 * a server that is down (§10 D).
 *
 * @module
 */

import type { WalEvidence } from "./evidence.ts";
import {
  backupLabelIsAbsent,
  checkpointFileExists,
  controlFileFitsMajor,
  controlFileIsBelievable,
  controlFileIsNotReplaced,
  listingIsKnown,
  redoFileExists,
  segmentNamesAreWellFormed,
  slotFilesAreBelievable,
  walDirectoryIsExpected,
} from "./gate_files.ts";
import {
  backupHasArchive,
  dataDirectoryIsTheSame,
  diskIsFull,
  instanceIsNotFenced,
  noActionIsInFlight,
  operatorLeavesTheInstanceAlone,
  postmasterIsGone,
  redoDidNotMoveBackwards,
  serverDoesNotRecoverToTarget,
  serverIsDown,
  serverStateIsKnown,
  standbyHasNothingToArchive,
  statisticsAreVisible,
  systemIsTheSame,
} from "./gate_moment.ts";
import type { WalRefusal } from "./reasons.ts";

/** One reason not to remove anything, or undefined where it does not apply. */
export type GateCheck = (evidence: WalEvidence) => WalRefusal | undefined;

/** What holds for every removal, in the order in which the matter is told. */
export const GATE_CHECKS: readonly GateCheck[] = [
  serverStateIsKnown,
  controlFileIsBelievable,
  controlFileFitsMajor,
  controlFileIsNotReplaced,
  walDirectoryIsExpected,
  backupLabelIsAbsent,
  serverDoesNotRecoverToTarget,
  listingIsKnown,
  segmentNamesAreWellFormed,
  redoFileExists,
  checkpointFileExists,
  slotFilesAreBelievable,
  standbyHasNothingToArchive,
  systemIsTheSame,
  dataDirectoryIsTheSame,
  redoDidNotMoveBackwards,
  statisticsAreVisible,
  operatorLeavesTheInstanceAlone,
  backupHasArchive,
  instanceIsNotFenced,
  noActionIsInFlight,
];

/** What else is demanded before anything is removed beside a server that is down. */
export const OFFLINE_CHECKS: readonly GateCheck[] = [
  serverIsDown,
  postmasterIsGone,
  diskIsFull,
];

/** Everything that keeps the gate closed; empty where it is open. */
export function gateRefusals(evidence: WalEvidence): WalRefusal[] {
  const isDown = evidence.server.kind === "known" && evidence.server.value === "down";
  const checks = isDown ? [...GATE_CHECKS, ...OFFLINE_CHECKS] : GATE_CHECKS;
  return checks.map((check) => check(evidence)).filter((refusal) => refusal !== undefined);
}
