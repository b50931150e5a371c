/**
 * Writes the state file of a replication slot as PostgreSQL 13 to 18 do.
 *
 * @module
 */

import { crc32c } from "../crc32c.ts";

/** What a fixture says. */
export interface SlotStateFields {
  readonly major: 13 | 14 | 15 | 16 | 17 | 18;
  readonly name: string;
  readonly database: number;
  readonly persistency: number;
  readonly restartLsn: bigint;
  /** Until 15 a position, since 16 a cause. */
  readonly invalidation: bigint;
}

const IDLE_SLOT: SlotStateFields = {
  major: 16,
  name: "_cnpg_orders_2",
  database: 0,
  persistency: 0,
  restartLsn: 9n * 2n ** 24n,
  invalidation: 0n,
};

const VERSIONS = { 13: 2, 14: 2, 15: 2, 16: 3, 17: 5, 18: 5 } as const;

/** The bytes of `pg_replslot/NAME/state`. */
export function slotStateBytes(changes: Partial<SlotStateFields> = {}): Uint8Array {
  const fields = { ...IDLE_SLOT, ...changes };
  const length = fields.major === 13 ? 168 : 184;
  const content = new Uint8Array(16 + length);
  const view = new DataView(content.buffer);
  view.setUint32(0, 0x1051CA1, true);
  view.setUint32(8, VERSIONS[fields.major], true);
  view.setUint32(12, length, true);
  content.set(new TextEncoder().encode(fields.name), 16);
  view.setUint32(80, fields.database, true);
  view.setUint32(84, fields.persistency, true);
  view.setBigUint64(96, fields.restartLsn, true);
  if (fields.major < 16) view.setBigUint64(104, fields.invalidation, true);
  else view.setInt32(104, Number(fields.invalidation), true);
  view.setBigUint64(112, fields.restartLsn + 100n, true); // confirmed_flush
  return sealSlotState(content);
}

/** Writes the checksum that fits the bytes. */
export function sealSlotState(content: Uint8Array): Uint8Array {
  new DataView(content.buffer).setUint32(4, crc32c(content.subarray(8)), true);
  return content;
}
