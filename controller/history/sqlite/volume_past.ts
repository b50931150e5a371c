/**
 * The past of a volume as forecasts take it, from what is in the file.
 *
 * @module
 */

import type { Basis } from "../../../lib/forecast/sample.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { HOUR, millis, SECOND } from "../../../lib/units/millis.ts";
import type { AgedAggregate, VolumePast } from "../history.ts";
import { unpackSamples } from "../packed_hour.ts";
import type { StoredPast } from "./messages.ts";

/**
 * Turns times into ages. What is not past yet was written by a clock that was ahead, and is left out; so is an
 * aggregate that is not older than every sample, as it may be after a clock was set back.
 */
export function volumePast({ aggregates, hours }: StoredPast, nowMs: number): VolumePast {
  const samples = hours
    .flatMap(([hour, packed]) =>
      unpackSamples(packed).map(({ second, usedBytes, basis }) => ({
        ageMs: millis(nowMs - hour * HOUR - second * SECOND),
        sample: { kind: "known" as const, usedBytes, basis },
      }))
    )
    .filter(({ ageMs }) => ageMs >= 0)
    .sort((left, right) => right.ageMs - left.ageMs);
  const oldestMs = samples[0]?.ageMs ?? 0;
  return {
    samples,
    aggregates: aggregates
      .map(({ hour, minBytes, maxBytes, lastBytes, count, withWal }): AgedAggregate => ({
        ageMs: nowMs - (hour + 1) * HOUR,
        aggregate: {
          minBytes: bytes(minBytes),
          maxBytes: bytes(maxBytes),
          lastBytes: bytes(lastBytes),
          count,
          basis: basisOf(withWal),
        },
      }))
      .filter(({ ageMs }) => ageMs >= oldestMs),
  };
}

function basisOf(withWal: boolean): Basis {
  return withWal ? "blocks-and-wal" : "blocks";
}
