/**
 * Adds samples to the hours that they belong to.
 *
 * Adapter: statements to SQLite.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { bytes, isBytes } from "../../../lib/units/bytes.ts";
import { HOUR, SECOND } from "../../../lib/units/millis.ts";
import { type HourSample, lastSample, packSamples } from "../packed_hour.ts";
import { firstSampleHour, hourOf } from "../retention.ts";
import { blobOf, integerOf } from "./columns.ts";
import type { WrittenSamples } from "./messages.ts";

/**
 * Samples that come faster than every 30 s, which is what is kept (PRD Controller State Persistence), are thinned:
 * none is kept that is less than so many seconds younger than one that is. Half of 30 s, since agents are not
 * punctual.
 */
const SPACING_SECONDS = 15;

/** An hour of 240 samples takes less; a clock that is set to and fro for hours shall not make it larger. */
const PACKED_BYTES_MAX = 4_096;

/** Prepares the writing of samples; what is older than samples are kept is passed over. */
export function prepareWriting(
  database: DatabaseSync,
): (samples: WrittenSamples, nowMs: number) => void {
  const volumeOf = database.prepare(
    "INSERT INTO volumes (claim_uid, seen_hour) VALUES (?, ?) ON CONFLICT (claim_uid) " +
      "DO UPDATE SET seen_hour = max(seen_hour, excluded.seen_hour) RETURNING id",
  );
  const readHour = database.prepare("SELECT packed FROM hours WHERE hour = ? AND volume = ?");
  const writeHour = database.prepare(
    "INSERT OR REPLACE INTO hours (hour, volume, packed) VALUES (?, ?, ?)",
  );

  function addToHour(claimUid: string, hour: number, samples: readonly HourSample[]): void {
    const volume = integerOf(volumeOf.get(claimUid, hour) ?? {}, "id");
    const row = readHour.get(hour, volume);
    const packed = appended(row === undefined ? NOTHING : blobOf(row, "packed"), samples);
    if (packed !== undefined) writeHour.run(hour, volume, packed);
  }

  return (samples, nowMs) => {
    const oldest = firstSampleHour(nowMs);
    let from = 0;
    for (const [index, claimUid] of samples.claimUids.entries()) {
      const to = from + (samples.counts[index] ?? 0);
      for (const [hour, added] of byHour(samples, from, to)) {
        if (hour >= oldest) addToHour(claimUid, hour, added);
      }
      from = to;
    }
  };
}

const NOTHING = new Uint8Array();

function byHour(
  { takenAtMs, usedBytes, withWal }: WrittenSamples,
  from: number,
  to: number,
): ReadonlyMap<number, readonly HourSample[]> {
  const hours = new Map<number, HourSample[]>();
  for (let index = from; index < to; index++) {
    const atMs = takenAtMs[index] ?? 0;
    const used = usedBytes[index] ?? 0;
    if (!isBytes(used)) continue;
    const hour = hourOf(atMs);
    const samples = hours.get(hour) ?? [];
    hours.set(hour, samples);
    samples.push({
      second: Math.floor((atMs - hour * HOUR) / SECOND),
      usedBytes: bytes(used),
      basis: withWal[index] === 1 ? "blocks-and-wal" : "blocks",
    });
  }
  return hours;
}

/** An hour with samples added; undefined where none of them is worth keeping. */
function appended(packed: Uint8Array, samples: readonly HourSample[]): Uint8Array | undefined {
  if (packed.length >= PACKED_BYTES_MAX) return undefined;
  const before = lastSample(packed);
  const kept: HourSample[] = [];
  for (const sample of samples) {
    const passed = sample.second - ((kept.at(-1) ?? before)?.second ?? -SPACING_SECONDS);
    if (passed < 0 || passed >= SPACING_SECONDS) kept.push(sample);
  }
  if (kept.length === 0) return undefined;
  const more = packSamples(kept, before);
  const whole = new Uint8Array(packed.length + more.length);
  whole.set(packed);
  whole.set(more, packed.length);
  return whole;
}
