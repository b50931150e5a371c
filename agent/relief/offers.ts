/**
 * What each step of the ladder would do now, and why it must not.
 *
 * @module
 */

import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import {
  checkpointRefusals,
  type CheckpointRequest,
  redoAfterCheckpoint,
} from "../../lib/wal/checkpoint.ts";
import { checkpointGain } from "../../lib/wal/checkpoint_gain.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import { findGround } from "../../lib/wal/ground.ts";
import type { LadderSituation, StepOffer } from "../../lib/wal/ladder.ts";
import { refusal, type WalReason } from "../../lib/wal/reasons.ts";
import { planRemoval } from "../../lib/wal/removal.ts";
import { planSpill } from "../../lib/wal/spill.ts";
import { type BallastDirectory, releasableBytes } from "./ballast.ts";
import { readBallast } from "./ballast_plan.ts";
import type { SpillDirectory } from "./spill.ts";

/** What every step would do now. */
export type StepOffers = LadderSituation["offers"];

/** What offers depend on besides what is seen. */
export interface OfferQuestion {
  readonly evidence: WalEvidence;
  readonly policy: CutOffPolicy;
  readonly checkpoint: CheckpointRequest;
  readonly ballast: BallastDirectory;
  /** Absent where no operator has allowed spilling. */
  readonly spill?: SpillDirectory | undefined;
  /** What is still missing. */
  readonly neededBytes: Bytes;
}

/**
 * Says what each step would do.
 *
 * @throws If a directory of ours cannot be read.
 */
export async function makeOffers(question: OfferQuestion): Promise<StepOffers> {
  return {
    checkpoint: offerCheckpoint(question),
    cleanup: offerCleanup(question),
    ballast: await offerBallast(question),
    spill: await offerSpill(question),
  };
}

function offerCheckpoint({ evidence, checkpoint }: OfferQuestion): StepOffer {
  const refusals = checkpointRefusals(evidence, checkpoint);
  const finding = findGround(evidence);
  if (refusals.length > 0 || finding.kind === "unknown") {
    return { expectedBytes: bytes(0), refusals };
  }
  const redo = redoAfterCheckpoint(finding.ground, checkpoint);
  const gain = redo === undefined ? undefined : checkpointGain(finding.ground, redo);
  return { expectedBytes: gain?.kind === "known" ? gain.gainedBytes : bytes(0), refusals };
}

function offerCleanup({ evidence, policy }: OfferQuestion): StepOffer {
  const { freedBytes, refusals } = planRemoval(evidence, policy);
  return { expectedBytes: freedBytes, refusals };
}

/** Letting go of ballast loses nothing, so it has no gate but its own existence. */
async function offerBallast({ evidence, ballast }: OfferQuestion): Promise<StepOffer> {
  const size = believedControl(evidence)?.segmentSize;
  if (size === undefined) return refusedFor("ControlFileUnknown", "a segment's size is not known");
  const found = readBallast(await ballast.files(), size);
  const expectedBytes = releasableBytes(found);
  return expectedBytes > 0
    ? { expectedBytes, refusals: [] }
    : refusedFor("StepRefused", "there is no ballast to let go");
}

async function offerSpill({ evidence, spill, neededBytes }: OfferQuestion): Promise<StepOffer> {
  if (spill === undefined) return refusedFor("StepRefused", "moving WAL aside is not allowed");
  const size = believedControl(evidence)?.segmentSize ?? 0;
  const spilledNames = new Set(await spill.spilledNames());
  const plan = planSpill(evidence, {
    neededBytes,
    roomBytes: await spill.roomBytes(),
    spilledNames,
  });
  return { expectedBytes: bytes(plan.segments.length * size), refusals: plan.refusals };
}

function refusedFor(reason: WalReason, message: string): StepOffer {
  return { expectedBytes: bytes(0), refusals: [refusal(reason, message)] };
}
