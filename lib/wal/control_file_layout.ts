/**
 * Where pg_control keeps what, for PostgreSQL 13 to 18 (`src/include/catalog/pg_control.h` upstream).
 *
 * The struct is written as it lies in memory: little-endian and with members aligned to at most 8 bytes on
 * every machine that CloudNativePG supports. What is read here has the same place in all three formats; they
 * differ in what follows: 17 put `wal_level` into a gap of the checkpoint, 18 a flag before the nonce, which
 * moves the checksum.
 *
 * @module
 */

/** One format of pg_control, by its `pg_control_version`. */
export interface ControlFileLayout {
  readonly version: number;
  /** Majors of PostgreSQL that write it. */
  readonly majors: readonly number[];
  /** Where the checksum lies; it covers everything before. */
  readonly crcOffset: number;
}

/** The formats that are known. */
export const CONTROL_FILE_LAYOUTS: readonly ControlFileLayout[] = [
  { version: 1300, majors: [13, 14, 15, 16], crcOffset: 288 },
  { version: 1700, majors: [17], crcOffset: 288 },
  { version: 1800, majors: [18], crcOffset: 292 },
];

/** Offsets of the members that are read, the same in every format. */
export const CONTROL_FILE_OFFSETS = {
  systemIdentifier: 0,
  version: 8,
  catalogVersion: 12,
  state: 16,
  time: 24,
  checkpoint: 32,
  redo: 40,
  timeline: 48,
  previousTimeline: 52,
  checkpointTime: 104,
  minRecoveryPoint: 136,
  minRecoveryTimeline: 144,
  backupStartPoint: 152,
  backupEndPoint: 160,
  backupEndRequired: 168,
  walLevel: 172,
  maxAlign: 204,
  floatFormat: 208,
  segmentSize: 228,
  dataChecksumVersion: 252,
} as const;

/** The size of the file on disk, padded with zeros (`PG_CONTROL_FILE_SIZE`). */
export const CONTROL_FILE_BYTES = 8192;

/** What `maxAlign` and `floatFormat` hold on every machine whose layout this is. */
export const CONTROL_FILE_ARCHITECTURE = { maxAlign: 8, floatFormat: 1234567.0 } as const;

/** `Database cluster state` in the order of PostgreSQL's `DBState`. */
export const DATABASE_STATES = [
  "starting up",
  "shut down",
  "shut down in recovery",
  "shutting down",
  "in crash recovery",
  "in archive recovery",
  "in production",
] as const;

/** What the server last wrote down about itself; after a crash it still says `in production`. */
export type DatabaseState = typeof DATABASE_STATES[number];

/** `wal_level` in the order of PostgreSQL's `WalLevel`. */
export const WAL_LEVELS = ["minimal", "replica", "logical"] as const;

/** How much PostgreSQL writes into WAL. */
export type WalLevel = typeof WAL_LEVELS[number];
