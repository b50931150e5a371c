/**
 * The words in which WAL is spoken of: what holds it, and why it is not touched. Like the vocabulary of
 * decisions (`lib/explain/reasons.ts`), each word appears unchanged wherever the matter is reported.
 *
 * @module
 */

/** Reasons with what each of them means. */
export const WAL_REASONS = {
  // What holds WAL (`wal.md` §2.1, C1 to C8).
  RecoveryNeedsWal: "A recovery after a crash would start at the last checkpoint's REDO location.",
  BackupLabelHoldsWal: "The data come from a base backup whose recovery starts at its label.",
  SlotHoldsWal: "A replication slot has not moved on.",
  WalSenderNeedsWal: "A connected standby or receiver has not confirmed this WAL yet.",
  WalKeepSizeHoldsWal: "wal_keep_size keeps WAL for pg_rewind and for standbys without a slot.",
  NotArchived: "A segment is not archived yet.",
  ArchiveStatusMissing: "A segment has no archive status, so nothing says that it is archived.",
  ArchiveUnproven:
    "A segment was received before this server was promoted: its .done proves nothing.",
  PartialSegment: "The unfinished segment of a former timeline is kept.",
  SummarizerNeedsWal: "The WAL summarizer has not read this WAL yet.",
  RewindMargin: "pg_rewind after a failover may need WAL back to the checkpoint before the last.",

  // Files that cannot be believed.
  ControlFileTruncated: "pg_control does not have its size.",
  ControlFileVersionUnknown: "pg_control is of a version that is not known.",
  ControlFileCrcWrong: "pg_control does not match its checksum.",
  ControlFileContentUnknown: "pg_control holds a value that is not known.",
  ControlFileUnknown: "pg_control could not be read.",
  ControlFileOfOtherMajor: "pg_control and PG_VERSION are of different majors.",
  ControlFileReplaced: "pg_control.old exists: a rewind is under way or has failed.",
  SlotFileUnreadable: "The file of a replication slot cannot be believed.",
  SlotFilesUnknown: "The files of the replication slots could not be listed.",
  BackupLabelPresent: "backup_label exists: recovery starts from a backup, not from pg_control.",
  BackupLabelUnknown: "Whether there is a backup_label is not known.",
  ListingUnknown: "pg_wal could not be listed.",
  SegmentNameMalformed: "A file is named like a segment that cannot exist.",
  RedoFileMissing: "The segment in which recovery would start does not exist.",
  CheckpointFileMissing: "The segment that holds the last checkpoint's record does not exist.",
  WalDirectoryUnexpected: "pg_wal is not a directory on the device it should be on.",

  // What the server does not say.
  ServerStateUnknown: "Whether the server is up is not known.",
  RoleUnknown: "Whether the server is a primary or a standby is not known.",
  RecoveryToTarget: "The server recovers to a target.",
  ArchivingUnknown: "Whether WAL is archived is not known.",
  SlotsUnknown: "The server has not told its replication slots.",
  WalSendersUnknown: "The positions of standbys are not known.",
  SettingUnknown: "A setting that keeps WAL is not known.",
  PositionUnknown: "The server's present position is not known.",
  SummarizerUnknown: "How far WAL is summarized is not known.",
  PreviousCheckpointUnknown: "The checkpoint before the last is not known.",
  StatisticsHidden: "The role may not see the statistics of other sessions.",

  // Why it is not the moment.
  FirstLook: "Nothing to compare with has been seen yet.",
  SystemIdentifierChanged: "The data directory belongs to another database system than before.",
  DataDirectoryChanged: "The data directory is another one than before.",
  RedoMovedBackwards: "The REDO location lies before the last one seen: a rewind or a restore.",
  ActionInFlight: "Another action of the agent is under way.",
  OperatorStateUnknown: "What CloudNativePG is doing with the cluster is not known.",
  OperatorBusyWithInstance: "CloudNativePG switches, upgrades, restores or clones.",
  BackupWithoutArchive: "A backup runs, and no archive keeps the WAL that it needs.",
  InstanceFenced: "The instance is fenced: a human is at work.",
  ServerNotStopped: "The server may still be running.",
  DiskNotFull: "The volume has room for a segment: the server is not down for want of it.",
  DiskStateUnknown: "How much room the volume has is not known.",
  ServerNotUp: "The server does not answer.",
  ServerIsUp: "The server is up: files alone do not decide.",

  // Why nothing is removed, or no checkpoint made.
  RetainCountInvalid: "At least one segment more than needed has to be kept.",
  NothingRemovable: "Every segment is needed by something.",
  VictimUnknown: "A segment that would be removed could not be looked at.",
  VictimNotSegment: "A segment that would be removed is not a file of a segment's size.",
  DryRunDiffers: "pg_archivecleanup would remove other files than we would.",
  CheckpointGainUnknown: "What a checkpoint would free is not known.",
  CheckpointGainsNothing: "A checkpoint would free nothing.",
  CheckpointTooSoon: "The last forced checkpoint was too recent.",
  CheckpointWouldKillSlot: "A checkpoint would invalidate a replication slot.",
  CheckpointWouldBreakStandby: "A checkpoint would remove WAL that a standby without a slot needs.",
  StandbyHasUnarchived:
    "A standby has WAL that waits to be archived; a restartpoint would remove it.",
  RestartpointImpossible: "No checkpoint of the primary was replayed since the last restartpoint.",

  // The ladder.
  StepRefused: "The step was refused.",
  StepGainedLess: "The step gained less than it was expected to.",
  LadderExhausted: "No step is left: a human has to decide.",
} as const;

/** A CamelCase word of this vocabulary. */
export type WalReason = keyof typeof WAL_REASONS;

/** Why something is not done: the word, and a sentence with what was found. */
export interface WalRefusal {
  readonly reason: WalReason;
  readonly message: string;
}

/** Makes a refusal. */
export function refusal(reason: WalReason, message: string): WalRefusal {
  return { reason, message };
}

/** Whether a word belongs to this vocabulary. */
export function isWalReason(text: string): text is WalReason {
  return Object.hasOwn(WAL_REASONS, text);
}
