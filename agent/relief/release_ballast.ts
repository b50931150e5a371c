/**
 * Lets ballast go, one unit at a time, and says what came of it (`wal.md` §10 C 8, D 3).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { formatDuration } from "../../lib/units/format.ts";
import { type Millis, millis, SECOND } from "../../lib/units/millis.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { diskIsFull, serverIsDown } from "../../lib/wal/gate_moment.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import { type BallastHands, nextRelease } from "./ballast.ts";
import { type Ballast, readBallast } from "./ballast_plan.ts";
import type { BallastGround } from "./file_system.ts";

/** Some file systems give blocks back in the background; xfs within milliseconds. */
const SETTLE_TRIES = 20;
const SETTLE_PAUSE_MS = 100;

/**
 * How long the controller has to be silent before the agent lets ballast go by itself: three intervals in which
 * it would have answered (DESIGN §4). CNPG tries to start a server that ended about as often.
 */
export const CONTROLLER_SILENCE_MS: Millis = millis(90 * SECOND);

/** What came of letting a unit go. */
export type ReleaseResult =
  | {
    readonly kind: "released";
    readonly name: string;
    /** Its blocks. */
    readonly expectedBytes: Bytes;
    /** By how much the file system has more free; others write, too. */
    readonly gainedBytes: Bytes;
    readonly left: Ballast;
    /** Where it is unsure, less than expected is no surprise. */
    readonly ground: BallastGround;
  }
  /** There is none. */
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly message: string };

/** Removes what an unfinished write left, or the unit that was written last. Never rejects. */
export async function releaseBallast(
  hands: Pick<BallastHands, "ballast" | "clock">,
  size: SegmentSize,
  signal: AbortSignal,
): Promise<ReleaseResult> {
  const { ballast } = hands;
  try {
    const unit = nextRelease(readBallast(await ballast.files(), size));
    if (unit === undefined) return { kind: "none" };
    const ground = await ballast.ground();
    const before = await ballast.availableBytes();
    await ballast.remove(unit.name);
    const after = await settledBytes(hands, before + unit.allocatedBytes, signal);
    return {
      kind: "released",
      name: unit.name,
      expectedBytes: unit.allocatedBytes,
      gainedBytes: bytes(Math.max(after - before, 0)),
      left: readBallast(await ballast.files(), size),
      ground,
    };
  } catch (error) {
    return { kind: "failed", message: `Cannot let ballast go: ${errorText(error)}` };
  }
}

/**
 * Why the agent may not let ballast go without an order: only a server that is down for want of room, beside a
 * controller that does not answer, is reason enough (DESIGN §6).
 */
export function refuseAlone(evidence: WalEvidence, controllerSilentMs: Millis): WalRefusal[] {
  const silence = controllerSilentMs >= CONTROLLER_SILENCE_MS ? undefined : refusal(
    "StepRefused",
    `the controller answered ${formatDuration(controllerSilentMs)} ago: it decides`,
  );
  return [serverIsDown(evidence), diskIsFull(evidence), silence]
    .filter((found) => found !== undefined);
}

async function settledBytes(
  { ballast, clock }: Pick<BallastHands, "ballast" | "clock">,
  expected: number,
  signal: AbortSignal,
): Promise<Bytes> {
  let available = await ballast.availableBytes();
  for (let tries = 0; tries < SETTLE_TRIES && available < expected; tries += 1) {
    await clock.sleep(SETTLE_PAUSE_MS, signal);
    available = await ballast.availableBytes();
  }
  return available;
}
