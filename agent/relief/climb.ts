/**
 * Climbs the ladder of remedies (DESIGN §6): explain, checkpoint, cleanup, ballast, spill, human. Every step is
 * measured: what it was expected to gain, and what it gained.
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { formatDuration } from "../../lib/units/format.ts";
import { millis, MINUTE } from "../../lib/units/millis.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import {
  BALLAST_UNITS_MAX,
  climb,
  type Ladder,
  LADDER_START,
  LADDER_STEPS,
  type LadderStep,
  land,
  type StepRecord,
} from "../../lib/wal/ladder.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import type { CheckpointResult } from "./checkpoint.ts";
import type { CleanupResult } from "./cleanup_result.ts";
import { exclusively, type ReliefLock } from "./lock.ts";
import type { StepOffers } from "./offers.ts";
import type { Eyes } from "./ports.ts";
import type { ReleaseResult } from "./release_ballast.ts";
import type { SpillResult } from "./spill.ts";

/** Between two climbs the server gets time to do something with what it was given. */
export const CLIMB_COOLDOWN_MS = MINUTE;

/** Each step once, and ballast unit by unit. */
const TURNS_MAX = LADDER_STEPS.length + BALLAST_UNITS_MAX;

/** What came of a step that was taken. */
export type StepReport =
  | { readonly step: "explain" }
  | { readonly step: "checkpoint"; readonly result: CheckpointResult }
  | { readonly step: "cleanup"; readonly result: CleanupResult }
  | { readonly step: "ballast"; readonly result: ReleaseResult }
  | { readonly step: "spill"; readonly result: SpillResult };

/** What climbing needs. */
export interface ClimbHands extends Eyes {
  readonly lock: ReliefLock;
  /** What each step would do now; `neededBytes` are still missing. */
  readonly offers: (evidence: WalEvidence, neededBytes: Bytes) => Promise<StepOffers>;
  /** Takes a step. */
  readonly take: (step: LadderStep, order: StepOrder, signal: AbortSignal) => Promise<StepReport>;
  /** What PostgreSQL can certainly still write: free blocks, and segments that are there for later. */
  readonly headroom: (evidence: WalEvidence) => Fact<Bytes>;
}

/** What a step is taken for. */
export interface StepOrder {
  /** What was seen last. */
  readonly evidence: WalEvidence;
  readonly neededBytes: Bytes;
}

/** What a climb came to. */
export type ClimbResult =
  | {
    /** `stalled`: the room is no longer known, so nothing more was begun. */
    readonly kind: "settled" | "human" | "stalled";
    readonly records: readonly StepRecord[];
    readonly reports: readonly StepReport[];
    readonly refusals: readonly WalRefusal[];
    /** Why the room is not known. */
    readonly message?: string | undefined;
  }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] };

/** Climbs; remembers when it did last. */
export interface Climber {
  /**
   * Climbs until there is room for `targetBytes` or no step is left. Never rejects. One climb at a time: of
   * this process, and of every other that relieves the same WAL.
   */
  climb(targetBytes: Bytes, signal: AbortSignal): Promise<ClimbResult>;
}

/** Makes a {@link Climber} with a cooldown of its own, whatever orders it is given. */
export function createClimber(hands: ClimbHands): Climber {
  const { clock } = hands;
  let endedAtMs = -Infinity;
  return {
    async climb(targetBytes, signal): Promise<ClimbResult> {
      const agoMs = clock.monotonic() - endedAtMs;
      if (agoMs < CLIMB_COOLDOWN_MS) {
        const message = `the last relief ended ${formatDuration(millis(agoMs))} ago`;
        return { kind: "refused", refusals: [refusal("StepRefused", message)] };
      }
      const outcome = await exclusively(hands.lock, () => climbUp(hands, targetBytes, signal));
      if (outcome.kind === "refused") return outcome;
      endedAtMs = clock.monotonic();
      return outcome.result;
    },
  };
}

async function climbUp(
  hands: ClimbHands,
  targetBytes: Bytes,
  signal: AbortSignal,
): Promise<ClimbResult> {
  let ladder: Ladder = LADDER_START;
  const reports: StepReport[] = [];
  try {
    for (let turn = 0; turn <= TURNS_MAX; turn += 1) {
      const evidence = await hands.look(signal);
      const headroomBytes = hands.headroom(evidence);
      const neededBytes = missing(targetBytes, headroomBytes);
      const offers = await hands.offers(evidence, neededBytes);
      const next = climb(ladder, { headroomBytes, targetBytes, offers });
      if (next.kind === "settled") return conclude("settled", next, reports);
      if (next.kind === "human") return conclude("human", next, reports, next.refusals);
      if (next.kind === "ready") return stalled(next, reports, headroomBytes);
      signal.throwIfAborted();
      reports.push(await hands.take(next.step, { evidence, neededBytes }, signal));
      ladder = land(next, gainOf(headroomBytes, hands.headroom(await hands.look(signal))));
    }
    return stalled(ladder, reports, unknown(`no end after ${TURNS_MAX} steps`));
  } catch (error) {
    return stalled(ladder, reports, unknown(errorText(error)));
  }
}

function missing(targetBytes: Bytes, headroom: Fact<Bytes>): Bytes {
  return headroom.kind === "unknown"
    ? targetBytes
    : bytes(Math.max(targetBytes - headroom.value, 0));
}

/** Writers go on meanwhile, so a step may seem to have cost room; that is a gain of nothing. */
function gainOf(before: Fact<Bytes>, after: Fact<Bytes>): Fact<Bytes> {
  if (before.kind === "unknown") return before;
  if (after.kind === "unknown") return after;
  return known(bytes(Math.max(after.value - before.value, 0)));
}

function conclude(
  kind: "settled" | "human",
  { records }: Ladder,
  reports: readonly StepReport[],
  refusals: readonly WalRefusal[] = [],
): ClimbResult {
  return { kind, records, reports, refusals };
}

function stalled(
  { records }: Ladder,
  reports: readonly StepReport[],
  room: Fact<Bytes>,
): ClimbResult {
  const message = room.kind === "unknown" ? room.message : "the step before has not landed";
  return { kind: "stalled", records, reports, refusals: [], message };
}
