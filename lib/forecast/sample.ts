/**
 * What a forecast is made from.
 *
 * @module
 */

import { headroomOf } from "../threshold/pressure.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { FileSystemSample, WalHeadroom } from "../view/volume.ts";

/**
 * By what the room on a volume was judged: free blocks alone, or with them the WAL segments that are allocated
 * for later. A volume that changes from one to the other has not grown.
 */
export type Basis = "blocks" | "blocks-and-wal";

/**
 * The space of a volume at one instant, or that nothing is known of it.
 *
 * What is used counts, not what is free: an expansion changes the latter without anything having been written.
 */
export type SpaceSample =
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly usedBytes: Bytes; readonly basis: Basis };

/** A sample and how long ago it was taken: two clocks are never compared (DESIGN §4). */
export interface AgedSample {
  readonly ageMs: Millis;
  readonly sample: SpaceSample;
}

/** What PostgreSQL can no longer use of a volume, counted as its pressure is (DESIGN §4). */
export function spaceSampleOf(fileSystem: FileSystemSample, wal: WalHeadroom): SpaceSample {
  const { mostBytes } = headroomOf(fileSystem, wal);
  return {
    kind: "known",
    usedBytes: bytes(Math.max(fileSystem.totalBytes - mostBytes, 0)),
    basis: wal.kind === "known" ? "blocks-and-wal" : "blocks",
  };
}
