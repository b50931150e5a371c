/**
 * pg_control, read as bytes (`wal.md` §2.3).
 *
 * `pg_controldata` ends well even where the checksum is wrong, and that of another major prints plausible
 * nonsense; so the file is read here, and every doubt is a refusal.
 *
 * @module
 */

import { type Millis, millis } from "../units/millis.ts";
import {
  CONTROL_FILE_ARCHITECTURE,
  CONTROL_FILE_BYTES,
  CONTROL_FILE_LAYOUTS,
  CONTROL_FILE_OFFSETS as OFFSETS,
  type ControlFileLayout,
  DATABASE_STATES,
  type DatabaseState,
  WAL_LEVELS,
  type WalLevel,
} from "./control_file_layout.ts";
import { crc32c } from "./crc32c.ts";
import { type Lsn, lsn, NO_LSN } from "./lsn.ts";
import type { WalRefusal } from "./reasons.ts";
import { isSegmentSize, type SegmentSize } from "./segment.ts";

/** What pg_control says. */
export interface ControlFile {
  /** Names the database system: the same on a primary and all its standbys. A 64-bit number. */
  readonly systemIdentifier: bigint;
  readonly version: number;
  /** Majors of PostgreSQL that write this format. */
  readonly majors: readonly number[];
  readonly catalogVersion: number;
  readonly state: DatabaseState;
  readonly writtenAtMs: Millis;
  /** Where the record of the latest checkpoint (on a standby: restartpoint) lies; later than its REDO. */
  readonly checkpoint: Lsn;
  /** From where recovery starts: nothing at or after it may be missing. */
  readonly redo: Lsn;
  readonly timeline: number;
  readonly previousTimeline: number;
  readonly checkpointAtMs: Millis;
  /** How far a standby has to replay before it is consistent; {@link NO_LSN} on a primary. */
  readonly minRecoveryPoint: Lsn;
  readonly minRecoveryTimeline: number;
  /** {@link NO_LSN} unless the data come from a base backup whose end has not been replayed. */
  readonly backupStartPoint: Lsn;
  readonly backupEndPoint: Lsn;
  readonly backupEndRequired: boolean;
  readonly walLevel: WalLevel;
  readonly segmentSize: SegmentSize;
  readonly dataChecksums: boolean;
}

/** pg_control, or why it must not be believed. */
export type ControlFileReading =
  | { readonly kind: "known"; readonly value: ControlFile }
  | { readonly kind: "refused"; readonly refusal: WalRefusal };

/** Reads pg_control; a torn read shows as a wrong checksum and is worth another try. */
export function readControlFile(content: Uint8Array): ControlFileReading {
  if (content.length !== CONTROL_FILE_BYTES) {
    return refuse(
      "ControlFileTruncated",
      `expected ${CONTROL_FILE_BYTES} bytes, found ${content.length}`,
    );
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const version = view.getUint32(OFFSETS.version, true);
  const layout = CONTROL_FILE_LAYOUTS.find((candidate) => candidate.version === version);
  if (layout === undefined) {
    const versions = CONTROL_FILE_LAYOUTS.map((candidate) => candidate.version).join(", ");
    return refuse("ControlFileVersionUnknown", `expected version ${versions}, found ${version}`);
  }
  const computed = crc32c(content.subarray(0, layout.crcOffset));
  const stored = view.getUint32(layout.crcOffset, true);
  if (computed !== stored) {
    return refuse("ControlFileCrcWrong", `expected checksum ${computed}, found ${stored}`);
  }
  return decode(view, layout);
}

function decode(view: DataView, layout: ControlFileLayout): ControlFileReading {
  const state = DATABASE_STATES[view.getInt32(OFFSETS.state, true)];
  const walLevel = WAL_LEVELS[view.getInt32(OFFSETS.walLevel, true)];
  const size = view.getUint32(OFFSETS.segmentSize, true);
  if (!isOurArchitecture(view)) {
    return refuse("ControlFileContentUnknown", "expected the layout of a 64-bit machine");
  }
  if (state === undefined || walLevel === undefined) {
    return refuse("ControlFileContentUnknown", "expected a known state and wal_level");
  }
  if (!isSegmentSize(size)) {
    return refuse("ControlFileContentUnknown", `expected a segment size, found ${size}`);
  }
  const value: ControlFile = {
    ...decodePositions(view),
    version: layout.version,
    majors: layout.majors,
    state,
    walLevel,
    segmentSize: size,
  };
  if (value.redo === NO_LSN || value.redo > value.checkpoint || value.timeline === 0) {
    return refuse("ControlFileContentUnknown", "expected a REDO location up to the checkpoint's");
  }
  return { kind: "known", value };
}

function decodePositions(
  view: DataView,
): Omit<ControlFile, "version" | "majors" | "state" | "walLevel" | "segmentSize"> {
  const position = (offset: number): Lsn => lsn(view.getBigUint64(offset, true));
  const instant = (offset: number): Millis => millis(Number(view.getBigInt64(offset, true)) * 1000);
  return {
    systemIdentifier: view.getBigUint64(OFFSETS.systemIdentifier, true),
    catalogVersion: view.getUint32(OFFSETS.catalogVersion, true),
    writtenAtMs: instant(OFFSETS.time),
    checkpoint: position(OFFSETS.checkpoint),
    redo: position(OFFSETS.redo),
    timeline: view.getUint32(OFFSETS.timeline, true),
    previousTimeline: view.getUint32(OFFSETS.previousTimeline, true),
    checkpointAtMs: instant(OFFSETS.checkpointTime),
    minRecoveryPoint: position(OFFSETS.minRecoveryPoint),
    minRecoveryTimeline: view.getUint32(OFFSETS.minRecoveryTimeline, true),
    backupStartPoint: position(OFFSETS.backupStartPoint),
    backupEndPoint: position(OFFSETS.backupEndPoint),
    backupEndRequired: view.getUint8(OFFSETS.backupEndRequired) !== 0,
    dataChecksums: view.getUint32(OFFSETS.dataChecksumVersion, true) !== 0,
  };
}

function isOurArchitecture(view: DataView): boolean {
  return view.getUint32(OFFSETS.maxAlign, true) === CONTROL_FILE_ARCHITECTURE.maxAlign &&
    view.getFloat64(OFFSETS.floatFormat, true) === CONTROL_FILE_ARCHITECTURE.floatFormat;
}

function refuse(reason: WalRefusal["reason"], detail: string): ControlFileReading {
  return {
    kind: "refused",
    refusal: { reason, message: `Cannot believe pg_control: ${detail}` },
  };
}
