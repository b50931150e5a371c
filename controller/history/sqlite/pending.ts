/**
 * What waits to be written.
 *
 * @module
 */

import type { PendingSample } from "./written_samples.ts";

/**
 * So much waits while the disk hangs: forty minutes of 600 volumes at a sample every 30 s, about 5 MB. What is
 * oldest is dropped first.
 */
const SAMPLES_MAX = 50_000;

/** A cluster that is deleted has some dozen claims; what is dropped here ages out of the file. */
const FORGOTTEN_MAX = 10_000;

/** One transaction takes no longer than a second or two on a slow disk. */
const BATCH_MAX = 20_000;

/** A transaction's worth. */
export interface Batch {
  readonly samples: readonly PendingSample[];
  readonly forgotten: readonly string[];
}

/** Keeps what waits, within limits. */
export interface Pending {
  add(sample: PendingSample): void;
  forget(claimUid: string): void;
  /** Takes the oldest; undefined if nothing waits. */
  take(): Batch | undefined;
  /** Gives back what was taken last and not written. */
  giveBack(batch: Batch): void;
  /** Samples that wait. */
  size(): number;
  /** Samples dropped so far for want of room. */
  dropped(): number;
}

/** Creates an empty one. */
export function createPending(): Pending {
  let samples: PendingSample[] = [];
  let forgotten: string[] = [];
  let dropped = 0;

  function keepWithinLimits(): void {
    const surplus = samples.length - SAMPLES_MAX;
    if (surplus > 0) {
      // A tenth at once: what is dropped one by one costs a copy of the rest each time.
      const drop = Math.max(surplus, SAMPLES_MAX / 10);
      samples = samples.slice(drop);
      dropped += drop;
    }
    if (forgotten.length > FORGOTTEN_MAX) forgotten = forgotten.slice(-FORGOTTEN_MAX);
  }

  return {
    add(sample): void {
      samples.push(sample);
      keepWithinLimits();
    },
    forget(claimUid): void {
      forgotten.push(claimUid);
      keepWithinLimits();
    },
    take(): Batch | undefined {
      if (samples.length + forgotten.length === 0) return undefined;
      // A claim is forgotten after all of its samples are written.
      const isLast = samples.length <= BATCH_MAX;
      const batch = {
        samples: samples.slice(0, BATCH_MAX),
        forgotten: isLast ? forgotten : [],
      };
      samples = samples.slice(BATCH_MAX);
      if (isLast) forgotten = [];
      return batch;
    },
    giveBack(batch): void {
      samples = [...batch.samples, ...samples];
      forgotten = [...batch.forgotten, ...forgotten];
      keepWithinLimits();
    },
    size: () => samples.length,
    dropped: () => dropped,
  };
}
