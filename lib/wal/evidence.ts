/**
 * Everything that a judgement about one instance's WAL may look at, and nothing else.
 *
 * Whoever observes fills it in; what could not be observed is an unknown fact with the reason why.
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { BackupLabel } from "./backup_label.ts";
import type { ControlFileReading } from "./control_file.ts";
import type { Fact } from "./fact.ts";
import type { WalListing } from "./listing.ts";
import type { Lsn } from "./lsn.ts";
import type { ServerRole } from "./recovery_signal.ts";
import type { SlotStateReading } from "./slot_state.ts";

/** Whether the server answers. A server that starts, stops or does not answer is neither up nor down. */
export type ServerState = "up" | "down";

/** A row of `pg_replication_slots`; what is NULL there is absent here (`wal.md` §6). */
export interface LiveSlot {
  readonly name: string;
  readonly type: "physical" | "logical";
  readonly active: boolean;
  readonly temporary: boolean;
  readonly restartLsn?: Lsn | undefined;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus?: string | undefined;
  /** What may still be written before the slot is invalidated; negative once that is due. */
  readonly safeWalBytes?: bigint | undefined;
  /** PostgreSQL 17 and later. */
  readonly invalidationReason?: string | undefined;
  readonly inactiveSinceMs?: Millis | undefined;
  /** PostgreSQL 18: the slot is idle beyond `idle_replication_slot_timeout`. */
  readonly idleTimeoutPassed?: boolean | undefined;
}

/** A row of `pg_stat_replication`; a role without rights sees rows of NULLs (`wal.md` W16). */
export interface WalSender {
  readonly pid: number;
  readonly applicationName?: string | undefined;
  readonly state?: string | undefined;
  readonly sentLsn?: Lsn | undefined;
  readonly writeLsn?: Lsn | undefined;
  readonly flushLsn?: Lsn | undefined;
  readonly replayLsn?: Lsn | undefined;
  /** The slot that keeps its WAL; without one nothing does. */
  readonly usesSlot: boolean;
  readonly backendStartMs?: Millis | undefined;
}

/** Where the server writes, or what it has received and replayed. */
export interface WalPosition {
  readonly lsn: Lsn;
  readonly timeline: number;
}

/** How WAL is archived. */
export interface Archiving {
  readonly mode: "off" | "on" | "always";
  /** Whether anything stores what is archived; CNPG without a backup reports success and stores nothing. */
  readonly stored: boolean;
}

/** The WAL summarizer of PostgreSQL 17 and later. */
export type Summarizer =
  | { readonly kind: "off" }
  | { readonly kind: "on"; readonly summarizedLsn: Lsn };

/** What was seen the last time, to notice that everything has changed since. */
export interface EarlierLook {
  readonly systemIdentifier: bigint;
  /** Names the data directory: device and inode, say. */
  readonly dataDirectoryId: string;
  readonly redo: Lsn;
}

/** What CNPG does with the instance. */
export interface OperatorContext {
  /** What it is busy with, where that forbids removing anything. */
  readonly busyWith?: string | undefined;
  readonly backupRunning: boolean;
  readonly fenced: boolean;
}

/** The files of PGDATA besides WAL that decide. */
export interface DataDirectory {
  /** Names the data directory: device and inode, say. */
  readonly id: string;
  /** The major in `PG_VERSION`. */
  readonly major: number;
  /** `global/pg_control.old` exists. */
  readonly hasOldControlFile: boolean;
  /** pg_wal is a directory, on the device where it was expected. */
  readonly walDirectoryExpected: boolean;
}

/** What the observer found out about one instance. */
export interface WalEvidence {
  readonly server: Fact<ServerState>;
  readonly role: Fact<ServerRole>;
  readonly dataDirectory: Fact<DataDirectory>;
  readonly control: Fact<ControlFileReading>;
  readonly listing: Fact<WalListing>;
  readonly slotFiles: Fact<readonly SlotStateReading[]>;
  readonly backupLabel: Fact<BackupLabel>;
  readonly archiving: Fact<Archiving>;
  /** Names of segments that the archive itself was seen to hold. */
  readonly confirmedArchived: ReadonlySet<string>;
  /** Of a server that is up. */
  readonly liveSlots: Fact<readonly LiveSlot[]>;
  /** Of a server that is up; of one that is down, the last that was seen. */
  readonly walSenders: Fact<readonly WalSender[]>;
  /** Whether the role that asked may see other sessions' statistics (`pg_read_all_stats`). */
  readonly statisticsVisible: Fact<boolean>;
  /** Of a server that is up. */
  readonly position: Fact<WalPosition>;
  /** Of a server that is down, the last that was seen. */
  readonly walKeepBytes: Fact<Bytes>;
  /** Of a server that is down, from file names and the last setting that was seen. */
  readonly summarizer: Fact<Summarizer>;
  /** The REDO location of the checkpoint before the last. */
  readonly previousRedo: Fact<Lsn>;
  readonly earlier: Fact<EarlierLook>;
  readonly operator: Fact<OperatorContext>;
  readonly actionInFlight: boolean;
  /** Unprivileged free bytes of the file system that holds pg_wal (`f_bavail`). */
  readonly availableBytes: Fact<Bytes>;
  /** `postmaster.pid` is absent or names no living server. */
  readonly postmasterGone: Fact<boolean>;
  /** When the oldest `.ready` was written. */
  readonly oldestReadyAtMs?: Millis | undefined;
}

/** Margins that a policy has given up; PostgreSQL itself does not need them (`wal.md` C5, C8). */
export interface Margins {
  readonly walKeepSize: "keep" | "giveUp";
  readonly rewind: "keep" | "giveUp";
}

/** No margin is given up. */
export const ALL_MARGINS: Margins = { walKeepSize: "keep", rewind: "keep" };
