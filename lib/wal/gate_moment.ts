/**
 * The gate's checks of the moment: whose data these are, and who else is at work (`wal.md` §10 B, D).
 *
 * @module
 */

import { formatBytes } from "../units/format.ts";
import type { EarlierLook, WalEvidence } from "./evidence.ts";
import { believedControl } from "./gate_files.ts";
import { formatLsn } from "./lsn.ts";
import { refusal, type WalRefusal } from "./reasons.ts";
import { segmentsBytes } from "./segment.ts";

/** A server that starts or stops is not acted upon. */
export function serverStateIsKnown({ server }: WalEvidence): WalRefusal | undefined {
  return server.kind === "unknown" ? refusal("ServerStateUnknown", server.message) : undefined;
}

/** A restore up to a target ends in a promotion; nobody cleans up meanwhile. */
export function serverDoesNotRecoverToTarget({ role }: WalEvidence): WalRefusal | undefined {
  if (role.kind === "unknown") return refusal("RoleUnknown", role.message);
  return role.value === "recovering"
    ? refusal("RecoveryToTarget", "recovery.signal exists: the server recovers to a target")
    : undefined;
}

/**
 * A standby has nothing that waits to be archived: otherwise it is a former primary, and neither we nor a
 * restartpoint touch its WAL until somebody has archived it (`wal.md` §10 E, E29).
 */
export function standbyHasNothingToArchive(
  { role, archiving, listing }: WalEvidence,
): WalRefusal | undefined {
  if (role.kind === "unknown" || role.value === "primary" || listing.kind === "unknown") {
    return undefined; // Refused by their own checks.
  }
  const archivesItself = archiving.kind === "known" && archiving.value.mode === "always";
  const waiting = listing.value.statuses.ready.size;
  if (archivesItself || waiting === 0) return undefined;
  return refusal("StandbyHasUnarchived", `${waiting} files wait to be archived on this standby`);
}

/** The database system is the one that was seen before. */
export function systemIsTheSame(evidence: WalEvidence): WalRefusal | undefined {
  const control = believedControl(evidence);
  return comparedWithEarlier(
    evidence,
    (earlier) =>
      control === undefined || control.systemIdentifier === earlier.systemIdentifier
        ? undefined
        : refusal(
          "SystemIdentifierChanged",
          `expected system ${earlier.systemIdentifier}, found ${control.systemIdentifier}`,
        ),
  );
}

/** The data directory is the one that was seen before. */
export function dataDirectoryIsTheSame(evidence: WalEvidence): WalRefusal | undefined {
  const { dataDirectory } = evidence;
  if (dataDirectory.kind === "unknown") {
    return refusal("DataDirectoryChanged", dataDirectory.message);
  }
  return comparedWithEarlier(
    evidence,
    (earlier) =>
      dataDirectory.value.id === earlier.dataDirectoryId
        ? undefined
        : refusal("DataDirectoryChanged", "PGDATA is another directory than at the last look"),
  );
}

/** REDO only moves on, unless the data were rewound or restored. */
export function redoDidNotMoveBackwards(evidence: WalEvidence): WalRefusal | undefined {
  const control = believedControl(evidence);
  return comparedWithEarlier(
    evidence,
    (earlier) =>
      control === undefined || control.redo >= earlier.redo ? undefined : refusal(
        "RedoMovedBackwards",
        `expected REDO at ${formatLsn(earlier.redo)} or later, found ${formatLsn(control.redo)}`,
      ),
  );
}

/** A server that is up has to tell of its standbys. */
export function statisticsAreVisible(evidence: WalEvidence): WalRefusal | undefined {
  const { server, statisticsVisible } = evidence;
  if (server.kind === "unknown" || server.value === "down") return undefined;
  if (statisticsVisible.kind === "unknown") {
    return refusal("StatisticsHidden", statisticsVisible.message);
  }
  return statisticsVisible.value
    ? undefined
    : refusal("StatisticsHidden", "the role lacks pg_read_all_stats and sees no standby");
}

/** CNPG does nothing with the instance that could need its WAL. */
export function operatorLeavesTheInstanceAlone({ operator }: WalEvidence): WalRefusal | undefined {
  if (operator.kind === "unknown") return refusal("OperatorStateUnknown", operator.message);
  const { busyWith } = operator.value;
  return busyWith === undefined
    ? undefined
    : refusal("OperatorBusyWithInstance", `CloudNativePG is busy: ${busyWith}`);
}

/** A backup that is not archived needs its WAL here. */
export function backupHasArchive({ operator, archiving }: WalEvidence): WalRefusal | undefined {
  if (operator.kind === "unknown" || !operator.value.backupRunning) return undefined;
  const isArchived = archiving.kind === "known" && archiving.value.mode !== "off" &&
    archiving.value.stored;
  return isArchived
    ? undefined
    : refusal("BackupWithoutArchive", "a backup runs, and no archive keeps the WAL that it needs");
}

/** A fenced instance is somebody's work. */
export function instanceIsNotFenced({ operator }: WalEvidence): WalRefusal | undefined {
  if (operator.kind === "unknown" || !operator.value.fenced) return undefined;
  return refusal("InstanceFenced", "the instance is fenced");
}

/** One thing at a time. */
export function noActionIsInFlight({ actionInFlight }: WalEvidence): WalRefusal | undefined {
  return actionInFlight
    ? refusal("ActionInFlight", "another action of the agent is under way")
    : undefined;
}

/** Files alone decide only where nothing else can. */
export function serverIsDown({ server }: WalEvidence): WalRefusal | undefined {
  if (server.kind === "unknown") return refusal("ServerStateUnknown", server.message);
  return server.value === "down" ? undefined : refusal("ServerIsUp", "the server answers");
}

/** Nobody is starting the server meanwhile; to be asked again right before removing. */
export function postmasterIsGone({ postmasterGone }: WalEvidence): WalRefusal | undefined {
  if (postmasterGone.kind === "unknown") return refusal("ServerNotStopped", postmasterGone.message);
  return postmasterGone.value
    ? undefined
    : refusal("ServerNotStopped", "postmaster.pid names a process that lives");
}

/** The server is down for want of one segment: otherwise removing anything cures nothing (`wal.md` §5). */
export function diskIsFull(evidence: WalEvidence): WalRefusal | undefined {
  const { availableBytes } = evidence;
  if (availableBytes.kind === "unknown") {
    return refusal("DiskStateUnknown", availableBytes.message);
  }
  const control = believedControl(evidence);
  if (control === undefined || availableBytes.value < control.segmentSize) return undefined;
  return refusal(
    "DiskNotFull",
    `${formatBytes(availableBytes.value)} are available, and a segment needs ` +
      formatBytes(segmentsBytes(1, control.segmentSize)),
  );
}

function comparedWithEarlier(
  { earlier }: WalEvidence,
  compare: (earlier: EarlierLook) => WalRefusal | undefined,
): WalRefusal | undefined {
  return earlier.kind === "unknown"
    ? refusal("FirstLook", earlier.message)
    : compare(earlier.value);
}
