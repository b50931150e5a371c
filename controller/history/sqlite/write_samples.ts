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
import { type HourSample, packSamples, unpackSamples } from "../packed_hour.ts";
import { firstSampleHour, hourOf } from "../retention.ts";
import { blobOf, integerOf } from "./columns.ts";
import type { WrittenSample } from "./messages.ts";

/**
 * Samples that come faster than every 30 s, which is what is kept (PRD Controller State Persistence), are thinned:
 * none is kept that is less than so many seconds younger than one that is. Half of 30 s, since agents are not
 * punctual.
 */
const SPACING_SECONDS = 15;

/** An hour of 240 samples takes less; a clock that is set to and fro for hours shall not make it larger. */
const PACKED_BYTES_MAX = 4_096;

/** Samples of one volume in one hour. */
interface HourOfVolume {
  readonly claimUid: string;
  readonly hour: number;
  readonly samples: HourSample[];
}

/** Prepares the writing of samples; what is older than samples are kept is passed over. */
export function prepareWriting(
  database: DatabaseSync,
): (samples: readonly WrittenSample[], nowMs: number) => void {
  const volumeOf = database.prepare(
    "INSERT INTO volumes (claim_uid, seen_hour) VALUES (?, ?) ON CONFLICT (claim_uid) " +
      "DO UPDATE SET seen_hour = max(seen_hour, excluded.seen_hour) RETURNING id",
  );
  const readHour = database.prepare("SELECT packed FROM hours WHERE hour = ? AND volume = ?");
  const writeHour = database.prepare(
    "INSERT OR REPLACE INTO hours (hour, volume, packed) VALUES (?, ?, ?)",
  );

  return (samples, nowMs) => {
    const oldest = firstSampleHour(nowMs);
    for (const { claimUid, hour, samples: added } of groupByHour(samples)) {
      if (hour < oldest) continue;
      const volume = integerOf(volumeOf.get(claimUid, hour) ?? {}, "id");
      const row = readHour.get(hour, volume);
      const packed = appended(row === undefined ? NOTHING : blobOf(row, "packed"), added);
      if (packed !== undefined) writeHour.run(hour, volume, packed);
    }
  };
}

const NOTHING = new Uint8Array();

function groupByHour(samples: readonly WrittenSample[]): Iterable<HourOfVolume> {
  const groups = new Map<string, HourOfVolume>();
  for (const [claimUid, takenAtMs, usedBytes, withWal] of samples) {
    if (!isBytes(usedBytes)) continue;
    const hour = hourOf(takenAtMs);
    const key = `${hour} ${claimUid}`;
    const group = groups.get(key) ?? { claimUid, hour, samples: [] };
    groups.set(key, group);
    group.samples.push({
      second: Math.floor((takenAtMs - hour * HOUR) / SECOND),
      usedBytes: bytes(usedBytes),
      basis: withWal ? "blocks-and-wal" : "blocks",
    });
  }
  return groups.values();
}

/** An hour with samples added; undefined where none of them is worth keeping. */
function appended(packed: Uint8Array, samples: readonly HourSample[]): Uint8Array | undefined {
  if (packed.length >= PACKED_BYTES_MAX) return undefined;
  const before = unpackSamples(packed).at(-1);
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
