/**
 * A volume's life, as a forecast is judged by it.
 *
 * @module
 */

import { DAY, HOUR, type Millis, millis, SECOND } from "../../../lib/units/millis.ts";

/** The time between two samples, as agents take them while nothing happens. */
export const INTERVAL_MS: Millis = millis(30 * SECOND);

/** Samples an hour. */
export const PER_HOUR = HOUR / INTERVAL_MS;

/** Samples a day. */
export const PER_DAY = DAY / INTERVAL_MS;

/** What was used, every {@link INTERVAL_MS}, until the volume was full or the story over. */
export interface Series {
  readonly workload: string;
  readonly usedBytes: Float64Array;
  readonly capacityBytes: number;
  /** The first sample that found the volume full. */
  readonly fullAt: number | undefined;
}

/** Ends a life where the volume is full. */
export function seriesOf(workload: string, usedBytes: Float64Array, capacity: number): Series {
  const found = usedBytes.findIndex((used) => used >= capacity);
  if (found === -1) return { workload, usedBytes, capacityBytes: capacity, fullAt: undefined };
  return {
    workload,
    usedBytes: usedBytes.slice(0, found + 1),
    capacityBytes: capacity,
    fullAt: found,
  };
}
