/**
 * Takes away what is kept no longer: samples become aggregates, aggregates go.
 *
 * Adapter: statements to SQLite.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { foldAggregateSample, type SpaceAggregate } from "../../../lib/forecast/aggregate.ts";
import { unpackSamples } from "../packed_hour.ts";
import { firstHour, firstSampleHour } from "../retention.ts";
import { blobOf, integerOf } from "./columns.ts";

/** Prepares aging by the trusted time: hours of samples that are over a day old are aggregated. */
export function preparePruning(database: DatabaseSync): (nowMs: number) => void {
  const agedHours = database.prepare(
    "SELECT hour, volume, packed FROM hours WHERE hour >= ? AND hour < ?",
  );
  const writeAggregate = database.prepare(
    "INSERT OR REPLACE INTO aggregates (hour, volume, min_bytes, max_bytes, last_bytes, count, " +
      "with_wal) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const dropHours = database.prepare("DELETE FROM hours WHERE hour < ?");
  const dropAggregates = database.prepare("DELETE FROM aggregates WHERE hour < ?");
  const dropVolumes = database.prepare("DELETE FROM volumes WHERE seen_hour < ?");

  return (nowMs) => {
    const oldest = firstHour(nowMs);
    // First, because it makes room.
    dropAggregates.run(oldest);
    const oldestSamples = firstSampleHour(nowMs);
    for (const row of agedHours.iterate(oldest, oldestSamples)) {
      const aggregate = aggregateOf(blobOf(row, "packed"));
      if (aggregate === undefined) continue;
      const { minBytes, maxBytes, lastBytes, count, basis } = aggregate;
      const key = [integerOf(row, "hour"), integerOf(row, "volume")] as const;
      const withWal = basis === "blocks-and-wal" ? 1 : 0;
      writeAggregate.run(...key, minBytes, maxBytes, lastBytes, count, withWal);
    }
    dropHours.run(oldestSamples);
    dropVolumes.run(oldest);
  };
}

/** Prepares forgetting claims that are gone. */
export function prepareForgetting(database: DatabaseSync): (claimUids: readonly string[]) => void {
  const idOf = database.prepare("SELECT id FROM volumes WHERE claim_uid = ?");
  // One pass for all of them: rows of a volume do not lie together.
  const drops = ["hours", "aggregates"].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE volume IN (SELECT value FROM json_each(?))`)
  );
  const dropVolume = database.prepare("DELETE FROM volumes WHERE id = ?");

  return (claimUids) => {
    const ids = claimUids.flatMap((claimUid) => {
      const row = idOf.get(claimUid);
      return row === undefined ? [] : [integerOf(row, "id")];
    });
    if (ids.length === 0) return;
    for (const drop of drops) drop.run(JSON.stringify(ids));
    for (const id of ids) dropVolume.run(id);
  };
}

function aggregateOf(packed: Uint8Array): SpaceAggregate | undefined {
  let aggregate: SpaceAggregate | undefined;
  for (const { usedBytes, basis } of unpackSamples(packed)) {
    aggregate = foldAggregateSample(aggregate, { kind: "known", usedBytes, basis });
  }
  return aggregate;
}
