/**
 * Everything that the files of an instance say, whether its server is up or down (`wal.md` §2.3).
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { type BackupLabel, parseBackupLabel } from "../../lib/wal/backup_label.ts";
import type { ControlFileReading } from "../../lib/wal/control_file.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import type { WalListing } from "../../lib/wal/listing.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import { parsePostmasterPid, type PostmasterPid } from "../../lib/wal/postmaster_pid.ts";
import { roleOfSignals, type ServerRole } from "../../lib/wal/recovery_signal.ts";
import type { SlotStateReading } from "../../lib/wal/slot_state.ts";
import { type VolumeProbe, volumeSizes } from "../measure.ts";
import { attempt } from "./attempt.ts";
import { textOf, type WalFiles } from "./files.ts";
import { readControl } from "./read_control_file.ts";
import { type DirectoryLook, readDataDirectory } from "./read_data_directory.ts";
import { listWal, readOldestReady, readSummaries } from "./read_listing.ts";
import { readSlots } from "./read_slots.ts";

/** What files are looked at with. */
export interface FilePorts {
  readonly files: WalFiles;
  readonly probe: VolumeProbe;
  readonly clock: Clock;
}

/** Whose files are looked at. */
export interface FileQuestion {
  readonly pgdata: string;
  /** What pg_wal was at the last look, if there was one. */
  readonly expectedWalId?: string | undefined;
}

/** What the files say; what could not be read is unknown. */
export interface FilesSeen {
  readonly directory: Fact<DirectoryLook>;
  readonly control: Fact<ControlFileReading>;
  readonly listing: Fact<WalListing>;
  readonly slotFiles: Fact<readonly SlotStateReading[]>;
  readonly backupLabel: Fact<BackupLabel>;
  /** The role that the signal files give a server that starts now. */
  readonly signalledRole: Fact<ServerRole>;
  readonly postmaster: Fact<PostmasterPid>;
  /** How far the summaries reach; undefined where there are none. */
  readonly summarizedLsn: Fact<Lsn | undefined>;
  /** `f_bavail` of the file system that holds pg_wal. */
  readonly availableBytes: Fact<Bytes>;
  readonly oldestReadyAtMs: Fact<Millis | undefined>;
}

/** Looks at all files of an instance; gives what it knows when `deadline` is aborted. Never rejects. */
export async function readFiles(
  ports: FilePorts,
  question: FileQuestion,
  deadline: AbortSignal,
): Promise<FilesSeen> {
  const { files, clock } = ports;
  const { pgdata } = question;
  const directory = await attempt(
    "look at the data directory",
    () => readDataDirectory(files, pgdata, question.expectedWalId),
    deadline,
  );
  // Before the listing: a REDO that is older than the names asks for more of them to stay.
  const control = await attempt(
    "read pg_control",
    () => readControl(files, clock, pgdata),
    deadline,
  );
  const [wal, slotFiles, backupLabel, signalledRole, postmaster] = await Promise.all([
    readWalDirectory(ports, directory, control, deadline),
    attempt("read the replication slots", () => readSlots(files, pgdata), deadline),
    attempt("read backup_label", () => readLabel(files, pgdata), deadline),
    attempt("look for signal files", () => readSignals(files, pgdata), deadline),
    attempt("read postmaster.pid", () => readPostmaster(files, pgdata), deadline),
  ]);
  return { directory, control, ...wal, slotFiles, backupLabel, signalledRole, postmaster };
}

async function readWalDirectory(
  { files, probe }: FilePorts,
  directory: Fact<DirectoryLook>,
  control: Fact<ControlFileReading>,
  deadline: AbortSignal,
): Promise<Pick<FilesSeen, "listing" | "summarizedLsn" | "availableBytes" | "oldestReadyAtMs">> {
  if (directory.kind === "unknown") {
    const { kind, message } = directory;
    const nothing = { kind, message };
    return {
      listing: nothing,
      summarizedLsn: nothing,
      availableBytes: nothing,
      oldestReadyAtMs: nothing,
    };
  }
  const { walPath } = directory.value;
  const size = segmentSizeOf(control);
  const listing = size.kind === "unknown"
    ? size
    : await attempt("list pg_wal", () => listWal(files, walPath, size.value), deadline);
  return {
    listing,
    oldestReadyAtMs: listing.kind === "unknown" ? listing : await attempt(
      "look at the oldest .ready",
      () => readOldestReady(files, walPath, listing.value),
      deadline,
    ),
    summarizedLsn: await attempt(
      "list the summaries",
      () => readSummaries(files, walPath),
      deadline,
    ),
    availableBytes: await attempt(
      "measure the file system of pg_wal",
      async () => bytes(volumeSizes(await probe.statistics(walPath)).availableBytes),
      deadline,
    ),
  };
}

/** Without the right size of a segment names mean nothing (`wal.md` W14). */
function segmentSizeOf(control: Fact<ControlFileReading>): Fact<WalListing["segmentSize"]> {
  if (control.kind === "unknown") return unknown(`Cannot list pg_wal: ${control.message}`);
  const reading = control.value;
  return reading.kind === "known"
    ? known(reading.value.segmentSize)
    : unknown(`Cannot list pg_wal: ${reading.refusal.message}`);
}

async function readLabel(files: WalFiles, pgdata: string): Promise<BackupLabel> {
  const text = await textOf(files, `${pgdata}/backup_label`);
  return text === undefined ? { kind: "absent" } : parseBackupLabel(text);
}

async function readSignals(files: WalFiles, pgdata: string): Promise<ServerRole> {
  const present = new Set<string>();
  for (const name of ["standby.signal", "recovery.signal"]) {
    if (await files.status(`${pgdata}/${name}`) !== undefined) present.add(name);
  }
  return roleOfSignals(present);
}

async function readPostmaster(files: WalFiles, pgdata: string): Promise<PostmasterPid> {
  const text = await textOf(files, `${pgdata}/postmaster.pid`);
  return text === undefined ? { kind: "absent" } : parsePostmasterPid(text);
}
