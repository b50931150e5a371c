/**
 * Reads the replication slots as they lie on disk.
 *
 * @module
 */

import {
  isTransientSlotDirectory,
  readSlotState,
  type SlotStateReading,
} from "../../lib/wal/slot_state.ts";
import { requiredNames, type WalFiles } from "./files.ts";

/** A server has some tens of slots; CloudNativePG allows 32 by default. More than this is a mistake. */
export const SLOTS_MAX = 1_000;

/**
 * Reads every slot's file below `pg_replslot`. One that cannot be read is a refusal among the others; a slot
 * that is dropped while it is looked for is left out.
 *
 * @throws {Error} If the directory cannot be listed, or holds more than {@link SLOTS_MAX} slots.
 */
export async function readSlots(files: WalFiles, pgdata: string): Promise<SlotStateReading[]> {
  const parent = `${pgdata}/pg_replslot`;
  const names = (await requiredNames(files, parent))
    .filter((name) => !isTransientSlotDirectory(name)).toSorted();
  if (names.length > SLOTS_MAX) {
    throw new RangeError(`expected at most ${SLOTS_MAX} slots, found ${names.length}`);
  }
  const readings: SlotStateReading[] = [];
  for (const name of names) {
    const content = await files.content(`${parent}/${name}/state`);
    if (content !== undefined) readings.push(readSlotState(name, content));
    else if (await files.status(`${parent}/${name}`) !== undefined) readings.push(missing(name));
  }
  return readings;
}

function missing(name: string): SlotStateReading {
  const message = `Cannot believe replication slot ${name}: expected a file state, found none`;
  return { kind: "refused", refusal: { reason: "SlotFileUnreadable", message } };
}
