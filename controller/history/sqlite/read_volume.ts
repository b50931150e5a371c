/**
 * Finds what is kept of a volume.
 *
 * Adapter: statements to SQLite.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { firstHour, hourOf } from "../retention.ts";
import { blobOf, integerOf, type Row } from "./columns.ts";
import type { StoredAggregate, StoredPast } from "./messages.ts";

/** Prepares reading: what is kept of a claim up to now, undefined if it is not known. */
export function prepareReading(
  database: DatabaseSync,
): (claimUid: string, nowMs: number) => StoredPast | undefined {
  const idOf = database.prepare("SELECT id FROM volumes WHERE claim_uid = ?");
  const readHour = database.prepare("SELECT packed FROM hours WHERE hour = ? AND volume = ?");
  const readAggregate = database.prepare("SELECT * FROM aggregates WHERE hour = ? AND volume = ?");

  return (claimUid, nowMs) => {
    const known = idOf.get(claimUid);
    if (known === undefined) return undefined;
    const volume = integerOf(known, "id");
    const aggregates: StoredAggregate[] = [];
    const hours: [number, Uint8Array][] = [];
    // Rows are found by their hour first: so many short looks cost less than one at everything.
    for (let hour = firstHour(nowMs); hour <= hourOf(nowMs); hour++) {
      const aggregate = readAggregate.get(hour, volume);
      if (aggregate !== undefined) aggregates.push(storedAggregate(hour, aggregate));
      const samples = readHour.get(hour, volume);
      if (samples !== undefined) hours.push([hour, blobOf(samples, "packed")]);
    }
    return { claimUid, aggregates, hours };
  };
}

function storedAggregate(hour: number, row: Row): StoredAggregate {
  return {
    hour,
    minBytes: integerOf(row, "min_bytes"),
    maxBytes: integerOf(row, "max_bytes"),
    lastBytes: integerOf(row, "last_bytes"),
    count: integerOf(row, "count"),
    withWal: integerOf(row, "with_wal") === 1,
  };
}
