/**
 * Writes ballast while all is well and lets it go when nothing else is left (`wal.md` §5, §10 C 8, D 3).
 *
 *     none ──write──► unit.part ──all blocks on disk──► unit ──release──► none
 *                        │                                       one at a time
 *                        └── room ends, or a crash: it goes before any unit
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { errorText } from "../../kube/logger.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { formatBytes } from "../../lib/units/format.ts";
import { startingRoomBytes } from "../../lib/wal/ballast.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import {
  type Ballast,
  type BallastFile,
  type BallastRequest,
  missingUnits,
  nextUnitName,
  readBallast,
  refuseWriting,
} from "./ballast_plan.ts";
import type { BallastGround } from "./file_system.ts";
import { noise } from "./noise.ts";
import type { Eyes } from "./ports.ts";

/** Ballast is never worth a database's I/O: a slow cloud volume does 125 MB/s. */
export const BALLAST_BYTES_PER_SECOND = 8 * 1024 ** 2;

/** Between two chunks the room is looked at. */
export const CHUNK_BYTES = 1024 ** 2;

/** The directory of ballast: in pg_wal's file system, outside of pg_wal. */
export interface BallastDirectory {
  /** The files in it; none where it does not exist. */
  files(): Promise<readonly BallastFile[]>;
  /** Makes an empty file, and the directory where needed; rejects where there is such a file. */
  create(name: string): Promise<void>;
  append(name: string, content: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Sees its blocks to the disk and then gives it another name. */
  finish(name: string, finalName: string): Promise<void>;
  /** Removes a file; nothing where there is none. */
  remove(name: string): Promise<void>;
  /** Unprivileged free bytes of the file system. */
  availableBytes(): Promise<Bytes>;
  /** What ballast can promise here. */
  ground(): Promise<BallastGround>;
}

/** What ballast needs. */
export interface BallastHands extends Eyes {
  readonly ballast: BallastDirectory;
}

/** What came of writing. */
export type BallastResult =
  /** There is as much as there should be. */
  | { readonly kind: "whole"; readonly ballast: Ballast; readonly ground: BallastGround }
  /** One more unit is there, and more are missing. */
  | { readonly kind: "grown"; readonly ballast: Ballast; readonly ground: BallastGround }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Writes one more unit, if one is missing and it may be. Never rejects. What an earlier attempt left
 * unfinished is removed first. Not to be repeated at once after a failure: a unit is a lot of writing.
 */
export async function growBallast(
  hands: BallastHands,
  request: BallastRequest,
  signal: AbortSignal,
): Promise<BallastResult> {
  try {
    const evidence = await hands.look(signal);
    const size = believedControl(evidence)?.segmentSize;
    if (size === undefined) {
      return refusedFor("ControlFileUnknown", "a segment's size is not known");
    }
    const found = readBallast(await hands.ballast.files(), size);
    const ground = await hands.ballast.ground();
    if (missingUnits(found, request, size) === 0) return { kind: "whole", ballast: found, ground };
    const refusals = refuseWriting(evidence, request, found);
    if (refusals.length > 0) return { kind: "refused", refusals };
    for (const { name } of found.unfinished) await hands.ballast.remove(name);
    const stopped = await writeUnit(hands, nextUnitName(found), size, signal);
    if (stopped !== undefined) return { kind: "refused", refusals: [stopped] };
    const ballast = readBallast(await hands.ballast.files(), size);
    if (ballast.units.length <= found.units.length) {
      return await rejectHollow(hands, ballast, ground);
    }
    const kind = missingUnits(ballast, request, size) === 0 ? "whole" : "grown";
    return { kind, ballast, ground };
  } catch (error) {
    return { kind: "failed", message: `Cannot write ballast: ${errorText(error)}` };
  }
}

/** Blocks that are not there cannot be let go: such a unit is no promise and does not stay. */
async function rejectHollow(
  { ballast }: BallastHands,
  { unfinished }: Ballast,
  ground: BallastGround,
): Promise<BallastResult> {
  for (const { name } of unfinished) await ballast.remove(name);
  const where = ground.kind === "certain" ? ground.fileSystem : ground.message;
  const message = `Cannot write ballast: expected a block for every byte written (${where})`;
  return { kind: "failed", message };
}

/** Writes a unit chunk by chunk; why it was given up where it was, and then nothing of it is left. */
async function writeUnit(
  { ballast, clock }: { readonly ballast: BallastDirectory; readonly clock: Clock },
  name: string,
  size: SegmentSize,
  signal: AbortSignal,
): Promise<WalRefusal | undefined> {
  const unfinished = `${name}.part`;
  await ballast.create(unfinished);
  try {
    for (let written = 0; written < size; written += CHUNK_BYTES) {
      signal.throwIfAborted();
      const available = await ballast.availableBytes();
      const needed = size - written + startingRoomBytes(size);
      if (available < needed) {
        await ballast.remove(unfinished);
        return refusal("StepRefused", `${formatBytes(available)} are left, too few to go on`);
      }
      const length = Math.min(CHUNK_BYTES, size - written);
      await ballast.append(unfinished, noise(length, seedOf(name, written)));
      await clock.sleep(1000 * length / BALLAST_BYTES_PER_SECOND, signal);
    }
    await ballast.finish(unfinished, name);
    return undefined;
  } catch (error) {
    await ballast.remove(unfinished);
    throw error;
  }
}

function seedOf(name: string, offset: number): number {
  return 1 + offset / CHUNK_BYTES + 65_536 * Number(name.slice("unit-".length));
}

function refusedFor(reason: WalRefusal["reason"], message: string): BallastResult {
  return { kind: "refused", refusals: [refusal(reason, message)] };
}

/** What a unit's end would free at most. */
export function nextRelease({ units, unfinished }: Ballast): BallastFile | undefined {
  return unfinished.find(({ allocatedBytes }) => allocatedBytes > 0) ?? units.at(-1);
}

/** The expected gain of the next release, 0 where there is nothing to release. */
export function releasableBytes(ballast: Ballast): Bytes {
  return nextRelease(ballast)?.allocatedBytes ?? bytes(0);
}
