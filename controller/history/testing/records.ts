/**
 * Records for tests.
 *
 * @module
 */

import type { Basis } from "../../../lib/forecast/sample.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { millis } from "../../../lib/units/millis.ts";
import type { PastRecord, PastVolume } from "../history.ts";

/** A volume. */
export const VOLUME: PastVolume = pastVolume("first");

/** What a test says about a record; the rest is the same everywhere. */
export interface RecordOptions {
  readonly volume?: PastVolume | undefined;
  readonly takenAtMs?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly basis?: Basis | undefined;
}

/** The volume of a claim with this UID. */
export function pastVolume(claimUid: string): PastVolume {
  return { claimUid, namespace: "prod", claimName: `claim-${claimUid}` };
}

/** A record. */
export function pastRecord(
  { volume = VOLUME, takenAtMs = 0, usedBytes = 1_000, basis = "blocks" }: RecordOptions,
): PastRecord {
  return {
    volume,
    sample: { kind: "known", usedBytes: bytes(usedBytes), basis },
    takenAtMs: millis(takenAtMs),
  };
}
