/**
 * Makes columns of samples.
 *
 * @module
 */

import type { WrittenSamples } from "./messages.ts";

/** A sample to write: of which claim, when, how much is used, and whether recycled WAL counts as room. */
export type PendingSample = readonly [
  claimUid: string,
  takenAtMs: number,
  usedBytes: number,
  withWal: boolean,
];

/** The samples as columns, those of each claim together. */
export function writtenSamples(samples: readonly PendingSample[]): WrittenSamples {
  const byClaim = Map.groupBy(samples, ([claimUid]) => claimUid);
  const ordered = [...byClaim.values()].flat();
  return {
    claimUids: [...byClaim.keys()],
    counts: Uint32Array.from(byClaim.values(), ({ length }) => length),
    takenAtMs: Float64Array.from(ordered, ([, takenAtMs]) => takenAtMs),
    usedBytes: Float64Array.from(ordered, ([, , usedBytes]) => usedBytes),
    withWal: Uint8Array.from(ordered, ([, , , withWal]) => withWal ? 1 : 0),
  };
}
