/**
 * Writes pg_control as PostgreSQL 13 to 18 do, member by member and with C's alignment, independently of the
 * offsets that the reader knows.
 *
 * @module
 */

import { crc32c } from "../crc32c.ts";

/** What a fixture says; everything that is not named has a value that a healthy primary may have. */
export interface ControlFileFields {
  readonly major: 13 | 14 | 15 | 16 | 17 | 18;
  readonly systemIdentifier: bigint;
  readonly state: number;
  readonly timeSeconds: bigint;
  readonly checkpoint: bigint;
  readonly redo: bigint;
  readonly timeline: number;
  readonly previousTimeline: number;
  readonly checkpointTimeSeconds: bigint;
  readonly minRecoveryPoint: bigint;
  readonly minRecoveryTimeline: number;
  readonly backupStartPoint: bigint;
  readonly backupEndPoint: bigint;
  readonly backupEndRequired: boolean;
  readonly walLevel: number;
  readonly maxAlign: number;
  readonly floatFormat: number;
  readonly segmentSize: number;
  readonly dataChecksumVersion: number;
}

/** A healthy primary of PostgreSQL 16 whose recovery would start in segment 12 of timeline 1. */
export const HEALTHY_CONTROL: ControlFileFields = {
  major: 16,
  systemIdentifier: 7_300_000_000_000_000_123n,
  state: 6,
  timeSeconds: 1_764_153_000n,
  checkpoint: 12n * 2n ** 24n + 0x8F0n,
  redo: 12n * 2n ** 24n + 0x28n,
  timeline: 1,
  previousTimeline: 1,
  checkpointTimeSeconds: 1_764_152_900n,
  minRecoveryPoint: 0n,
  minRecoveryTimeline: 0,
  backupStartPoint: 0n,
  backupEndPoint: 0n,
  backupEndRequired: false,
  walLevel: 2,
  maxAlign: 8,
  floatFormat: 1234567.0,
  segmentSize: 2 ** 24,
  dataChecksumVersion: 1,
};

/** Writes C values one after the other, each aligned to its own size. */
class StructWriter {
  readonly view: DataView;
  #offset = 0;

  constructor(content: Uint8Array) {
    this.view = new DataView(content.buffer);
  }

  int(value: number): void {
    this.view.setInt32(this.#advance(4, 4), value, true);
  }

  unsigned(value: number): void {
    this.view.setUint32(this.#advance(4, 4), value, true);
  }

  long(value: bigint): void {
    this.view.setBigUint64(this.#advance(8, 8), value, true);
  }

  double(value: number): void {
    this.view.setFloat64(this.#advance(8, 8), value, true);
  }

  bool(value: boolean): void {
    this.view.setUint8(this.#advance(1, 1), value ? 1 : 0);
  }

  characters(count: number): void {
    const start = this.#advance(count, 1);
    for (let index = 0; index < count; index += 1) this.view.setUint8(start + index, 0xA0 + index);
  }

  /** A struct begins and ends at a multiple of 8. */
  align(): void {
    this.#offset = Math.ceil(this.#offset / 8) * 8;
  }

  get offset(): number {
    return this.#offset;
  }

  #advance(size: number, alignment: number): number {
    const start = Math.ceil(this.#offset / alignment) * alignment;
    this.#offset = start + size;
    return start;
  }
}

/** The 8,192 bytes of pg_control. */
export function controlFileBytes(changes: Partial<ControlFileFields> = {}): Uint8Array {
  const fields = { ...HEALTHY_CONTROL, ...changes };
  const content = new Uint8Array(8192);
  const writer = new StructWriter(content);
  writer.long(fields.systemIdentifier);
  writer.unsigned(fields.major < 17 ? 1300 : fields.major * 100);
  writer.unsigned(202_307_071);
  writer.int(fields.state);
  writer.long(fields.timeSeconds);
  writer.long(fields.checkpoint);
  writeCheckpoint(writer, fields);
  writer.long(1000n); // unloggedLSN
  writer.long(fields.minRecoveryPoint);
  writer.unsigned(fields.minRecoveryTimeline);
  writer.long(fields.backupStartPoint);
  writer.long(fields.backupEndPoint);
  writer.bool(fields.backupEndRequired);
  writeSettings(writer, fields);
  const crcOffset = Math.ceil(writer.offset / 4) * 4;
  writer.unsigned(crc32c(content.subarray(0, crcOffset)));
  return content;
}

function writeCheckpoint(writer: StructWriter, fields: ControlFileFields): void {
  writer.align();
  writer.long(fields.redo);
  writer.unsigned(fields.timeline);
  writer.unsigned(fields.previousTimeline);
  writer.bool(true); // fullPageWrites
  if (fields.major >= 17) writer.int(fields.walLevel);
  writer.long(750n); // nextXid
  for (const value of [24_576, 1, 0, 722, 1, 1, 1]) writer.unsigned(value);
  writer.long(fields.checkpointTimeSeconds);
  for (const value of [0, 0, 749]) writer.unsigned(value);
  writer.align();
}

function writeSettings(writer: StructWriter, fields: ControlFileFields): void {
  writer.int(fields.walLevel);
  writer.bool(true); // wal_log_hints
  for (const value of [100, 8, 10, 0, 64]) writer.int(value);
  writer.bool(false); // track_commit_timestamp
  writer.unsigned(fields.maxAlign);
  writer.double(fields.floatFormat);
  for (const value of [8192, 131_072, 8192, fields.segmentSize]) writer.unsigned(value);
  for (const value of [64, 32, 1996, 2048]) writer.unsigned(value);
  writer.bool(true); // float8ByVal
  writer.unsigned(fields.dataChecksumVersion);
  if (fields.major >= 18) writer.bool(true); // default_char_signedness
  writer.characters(32); // mock_authentication_nonce
}
