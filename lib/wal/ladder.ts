/**
 * The ladder of remedies: explain, checkpoint, cleanup, ballast, spill, human (DESIGN §6).
 *
 *     ready ──climb──► busy ──land──► ready ──► …          one step at a time, none taken again
 *       │                                                  (ballast unit by unit)
 *       ├── room enough ──► settled
 *       └── no step left ─► human
 *
 * A step says what it expects to gain and is given what it gained. Gaining less is written down and never a
 * reason to delete more (`wal.md` T36): space may still be held by sessions that have removed files open.
 *
 * @module
 */

import { type Bytes, bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { Fact } from "./fact.ts";
import { refusal, type WalRefusal } from "./reasons.ts";

/** The steps from the harmless to the last, in the order in which they are taken. */
export const LADDER_STEPS = ["explain", "checkpoint", "cleanup", "ballast", "spill"] as const;

/** A step that the agent takes by itself. */
export type LadderStep = typeof LADDER_STEPS[number];

/** Ballast is made of at most 1 GiB in segments of at least 1 MiB; fewer units are released in one climb. */
export const BALLAST_UNITS_MAX = 64;

/** What a step would do now. */
export interface StepOffer {
  readonly expectedBytes: Bytes;
  /** Why it must not be taken; empty where it may. */
  readonly refusals: readonly WalRefusal[];
}

/** What can be done now, and how much room there is. */
export interface LadderSituation {
  readonly headroomBytes: Fact<Bytes>;
  /** With this much headroom the emergency is over. */
  readonly targetBytes: Bytes;
  readonly offers: Readonly<Record<Exclude<LadderStep, "explain">, StepOffer>>;
}

/** A step that was taken or refused. */
export interface StepRecord {
  readonly step: LadderStep;
  readonly expectedBytes: Bytes;
  readonly outcome:
    | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] }
    | {
      readonly kind: "gained";
      readonly gainedBytes: Bytes;
      readonly shortfall?: WalRefusal | undefined;
    }
    | { readonly kind: "unknown"; readonly message: string };
}

/** Where the climb stands. */
export type Ladder =
  | { readonly kind: "ready"; readonly records: readonly StepRecord[] }
  | {
    readonly kind: "busy";
    readonly records: readonly StepRecord[];
    readonly step: LadderStep;
    readonly expectedBytes: Bytes;
  }
  | { readonly kind: "settled"; readonly records: readonly StepRecord[] }
  | {
    readonly kind: "human";
    readonly records: readonly StepRecord[];
    readonly refusals: readonly WalRefusal[];
  };

/** At the foot of the ladder. */
export const LADDER_START: Ladder = { kind: "ready", records: [] };

/**
 * Takes the next step that may be taken; the steps that may not are written down with their refusals. A step
 * that is under way has to land first, and where the room is not known nothing beyond explaining is begun.
 */
export function climb(ladder: Ladder, situation: LadderSituation): Ladder {
  if (ladder.kind !== "ready") return ladder;
  const { headroomBytes, targetBytes } = situation;
  const { records } = ladder;
  if (headroomBytes.kind === "known" && headroomBytes.value >= targetBytes) {
    return { kind: "settled", records };
  }
  if (records.length === 0) return begin(records, "explain", bytes(0));
  if (headroomBytes.kind === "unknown") return ladder;
  return nextStep(records, situation);
}

/** Writes down what the step under way has gained. */
export function land(ladder: Ladder, gained: Fact<Bytes>): Ladder {
  if (ladder.kind !== "busy") return ladder;
  const { records, step, expectedBytes } = ladder;
  return {
    kind: "ready",
    records: [...records, { step, expectedBytes, outcome: outcomeOf(expectedBytes, gained) }],
  };
}

function nextStep(records: readonly StepRecord[], { offers }: LadderSituation): Ladder {
  const written = [...records];
  for (const step of LADDER_STEPS) {
    if (step === "explain" || !mayTake(step, written)) continue;
    const { expectedBytes, refusals } = offers[step];
    const all = expectedBytes === 0 ? [...refusals, nothingToGain(step)] : refusals;
    if (all.length === 0) return begin(written, step, expectedBytes);
    written.push({ step, expectedBytes, outcome: { kind: "refused", refusals: all } });
  }
  return {
    kind: "human",
    records: written,
    refusals: [
      refusal("LadderExhausted", "no step is left that may be taken"),
      ...written.flatMap(({ outcome }) => outcome.kind === "refused" ? outcome.refusals : []),
    ],
  };
}

/** No step goes back down, and only ballast is released again: one unit may not be enough. */
function mayTake(step: LadderStep, records: readonly StepRecord[]): boolean {
  const reached = Math.max(-1, ...records.map((record) => LADDER_STEPS.indexOf(record.step)));
  const index = LADDER_STEPS.indexOf(step);
  if (index > reached) return true;
  const isAgain = step === "ballast" && index === reached;
  return isAgain &&
    records.filter((record) => record.step === "ballast").length < BALLAST_UNITS_MAX;
}

function begin(
  records: readonly StepRecord[],
  step: LadderStep,
  expectedBytes: Bytes,
): Ladder {
  return { kind: "busy", records, step, expectedBytes };
}

function outcomeOf(expectedBytes: Bytes, gained: Fact<Bytes>): StepRecord["outcome"] {
  if (gained.kind === "unknown") return { kind: "unknown", message: gained.message };
  const gainedBytes = gained.value;
  if (gainedBytes >= expectedBytes) return { kind: "gained", gainedBytes };
  const message = `expected ${formatBytes(expectedBytes)}, gained ${formatBytes(gainedBytes)}`;
  return { kind: "gained", gainedBytes, shortfall: refusal("StepGainedLess", message) };
}

function nothingToGain(step: LadderStep): WalRefusal {
  return refusal("StepRefused", `${step} would gain nothing`);
}
