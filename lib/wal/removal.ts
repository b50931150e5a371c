/**
 * What may be removed from pg_wal: the gate, the cut-off and the victims in one answer (`wal.md` §10 C, D).
 *
 * Names alone give the victims; before anything is removed, each of them is looked at and the list is compared
 * with what `pg_archivecleanup -n` would remove.
 *
 * @module
 */

import { type Bytes, bytes } from "../units/bytes.ts";
import { compareText } from "../view/select.ts";
import { type CutOff, type CutOffPolicy, findCutOff, victimsOf } from "./cut_off.ts";
import type { WalEvidence } from "./evidence.ts";
import { gateRefusals } from "./gate.ts";
import type { SegmentFile } from "./listing.ts";
import { refusal, type WalRefusal } from "./reasons.ts";
import { segmentsBytes, type SegmentSize } from "./segment.ts";

/** What may be removed, or every reason why nothing may. */
export interface Removal {
  readonly cutOff: CutOff;
  /** The oldest first; empty where there is any refusal. */
  readonly victims: readonly SegmentFile[];
  readonly freedBytes: Bytes;
  readonly refusals: readonly WalRefusal[];
}

/** What `lstat` said of one file. */
export interface FileLook {
  readonly isRegularFile: boolean;
  readonly sizeBytes: number;
}

/** Plans a removal. On a healthy primary after a checkpoint the answer is: nothing (`wal.md` §0). */
export function planRemoval(evidence: WalEvidence, policy: CutOffPolicy): Removal {
  const cutOff = findCutOff(evidence, policy);
  const known = cutOff.kind === "known" ? [] : cutOff.refusals;
  const refusals = distinct([...gateRefusals(evidence), ...known]);
  if (refusals.length > 0 || evidence.listing.kind === "unknown") {
    return { cutOff, victims: [], freedBytes: bytes(0), refusals };
  }
  const { segments, segmentSize } = evidence.listing.value;
  const victims = victimsOf(cutOff, segments);
  return {
    cutOff,
    victims,
    freedBytes: segmentsBytes(victims.length, segmentSize),
    refusals: victims.length > 0 ? [] : [refusal("NothingRemovable", messageOfHolds(cutOff))],
  };
}

/**
 * Looks at the victims themselves: each a regular file of a segment's size. A victim that was not looked at, or
 * is gone, sends everything back to the beginning.
 */
export function refuseOddVictims(
  victims: readonly SegmentFile[],
  looks: ReadonlyMap<string, FileLook>,
  size: SegmentSize,
): WalRefusal[] {
  return victims.flatMap(({ name }) => {
    const look = looks.get(name);
    if (look === undefined) return [refusal("VictimUnknown", `${name} could not be looked at`)];
    if (look.isRegularFile && look.sizeBytes === size) return [];
    const found = look.isRegularFile ? `${look.sizeBytes} bytes` : "no regular file";
    return [
      refusal("VictimNotSegment", `${name}: expected a file of ${size} bytes, found ${found}`),
    ];
  });
}

/** Compares our victims with the names that `pg_archivecleanup -n` prints: both sets have to be equal. */
export function refuseOtherDryRun(
  victims: readonly SegmentFile[],
  dryRunNames: readonly string[],
): WalRefusal | undefined {
  const ours = new Set(victims.map(({ name }) => name));
  const theirs = new Set(dryRunNames);
  const odd = [...ours.symmetricDifference(theirs)].sort(compareText);
  if (odd.length === 0) return undefined;
  const [first] = odd;
  return refusal(
    "DryRunDiffers",
    `only one of both lists names ${first}, and ${odd.length} in all`,
  );
}

/** Which `.done` files are left without their segment: those of victims that are gone; never a `.ready`. */
export function orphanedStatuses(
  victims: readonly SegmentFile[],
  namesAfter: ReadonlySet<string>,
): string[] {
  return victims.filter(({ name }) => !namesAfter.has(name)).map(({ name }) => `${name}.done`);
}

/** What a removal came to, as a new listing shows: the exit code alone proves nothing (`wal.md` W19). */
export interface RemovalOutcome {
  readonly removed: readonly SegmentFile[];
  readonly left: readonly SegmentFile[];
}

/** Compares the victims with the names in pg_wal after the removal. */
export function judgeRemoval(
  victims: readonly SegmentFile[],
  namesAfter: ReadonlySet<string>,
): RemovalOutcome {
  return {
    removed: victims.filter(({ name }) => !namesAfter.has(name)),
    left: victims.filter(({ name }) => namesAfter.has(name)),
  };
}

function distinct(refusals: readonly WalRefusal[]): WalRefusal[] {
  const seen = new Map(refusals.map((found) => [`${found.reason} ${found.message}`, found]));
  return [...seen.values()];
}

function messageOfHolds(cutOff: CutOff): string {
  if (cutOff.kind === "unknown") return "the cut-off is not known";
  const holders = cutOff.setBy.map(({ constraint, reason, who }) =>
    `${constraint} ${reason}${who === undefined ? "" : ` (${who})`}`
  );
  return `every segment from ${cutOff.fileName} on is kept by ${holders.join(", ")}`;
}
