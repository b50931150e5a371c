/**
 * The one safe act for each thing that holds WAL (`wal.md` §4).
 *
 * @module
 */

import type { Ground } from "./ground.ts";
import type { WalHold } from "./hold.ts";

/** Remedies with what each of them is, as advice to whoever reads it. */
export const REMEDIES = {
  Checkpoint: "Let a CHECKPOINT move recovery's start; PostgreSQL then removes what nothing holds.",
  CheckpointPrimaryFirst:
    "CHECKPOINT on the primary, wait until this standby has replayed it, then CHECKPOINT here.",
  StartServer: "Start the server again: files alone cannot free this.",
  FixArchiver: "Repair archiving; the waiting segments go by themselves then.",
  ArchiveBeforeRejoining:
    "Archive the waiting segments before this former primary follows another.",
  StartConsumerOrDropSlot:
    "Start the slot's consumer; drop the slot only if the consumer is gone for good.",
  SpeedUpConsumer: "Find out why the consumer lags: its disk, its network or its replay.",
  WaitForSession: "Wait for the session to end, or end it: the temporary slot goes with it.",
  DecideAboutSlot:
    "Raise max_slot_wal_keep_size or let the slot go: the next checkpoint invalidates it.",
  LowerWalKeepSize: "Lower wal_keep_size in the Cluster's spec, if pg_rewind can use the archive.",
  RestartSummarizer:
    "Set summarize_wal to off and on again; the next incremental backup needs a full one.",
  FinishRecovery: "Let the server finish recovering from its base backup.",
  WaitForCheckpoint: "Wait: the next checkpoint moves this margin.",
} as const;

/** A CamelCase word for a remedy. */
export type Remedy = keyof typeof REMEDIES;

/** What frees the WAL that a hold keeps, without losing anything. */
export function remedyFor(hold: WalHold, ground: Ground): Remedy {
  switch (hold.constraint) {
    case "C1":
      return checkpointHere(ground);
    case "C2":
      return "FinishRecovery";
    case "C3":
      return slotRemedy(hold, ground);
    case "C4":
      return "SpeedUpConsumer";
    case "C5":
      return "LowerWalKeepSize";
    case "C6":
      return archiveRemedy(hold, ground);
    case "C7":
      return "RestartSummarizer";
    case "C8":
      return "WaitForCheckpoint";
  }
}

function checkpointHere({ server, role }: Ground): Remedy {
  if (server === "down") return "StartServer";
  return role === "primary" ? "Checkpoint" : "CheckpointPrimaryFirst";
}

function slotRemedy({ slot }: WalHold, ground: Ground): Remedy {
  switch (slot) {
    case "active":
      return "SpeedUpConsumer";
    case "temporary":
      return "WaitForSession";
    case "unreserved":
      return "DecideAboutSlot";
    case "onDiskOnly":
      return checkpointHere(ground); // Which writes down how far the slot is in memory.
    case "inactive":
    case undefined:
      return "StartConsumerOrDropSlot";
  }
}

function archiveRemedy({ reason }: WalHold, ground: Ground): Remedy {
  if (reason !== "NotArchived") return checkpointHere(ground);
  const isFormerPrimary = ground.role !== "primary" && ground.archiving.mode !== "always";
  return isFormerPrimary ? "ArchiveBeforeRejoining" : "FixArchiver";
}
