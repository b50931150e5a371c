/**
 * Whether two sources go on saying different things about a volume.
 *
 * They measure at different moments, and a volume that holds WAL rises and falls in between. What another source says
 * is used is therefore compared with all that the best one said in the minutes before; sizes are compared as they
 * are. Nothing is told of a volume until it was so several times in a row, and nothing is taken back before the
 * opposite was.
 *
 * @module
 */

import { GIBIBYTE } from "../../lib/units/bytes.ts";
import type { Known, Observation } from "../../lib/view/observation.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";

/** Comparisons in a row that make up a mind. */
const COMPARISONS = 3;

/** A kubelet measures anew once in one or two minutes: comparing more often compares the same again. */
const SPACING_MS = 60_000;

/** Within that time another source's sample was taken: Prometheus may tell what is four minutes old. */
const WINDOW_MS = 360_000;

/** So much of the window has to be known before what is used can be compared at all. */
const WINDOW_MS_MIN = 240_000;

/** More samples of the best source than these, 15 s apart, say nothing more about the window. */
const SAMPLES_SPACING_MS = 15_000;

/** Sources round, and count reserved blocks or not: 5 % on ext4. */
const TOLERATED_SHARE = 0.05;
const TOLERATED_BYTES = GIBIBYTE;

/** Remembers comparisons by the UID of the claim. Its size is that of the claims that two sources speak of. */
export interface Disagreements {
  /**
   * Compares what is known of a volume at an instant of the monotonic clock, and gives the reading that goes on
   * contradicting the one that counts.
   */
  compare(
    claimUid: string,
    best: Observation<FileSystemSample>,
    others: readonly Known<FileSystemSample>[] | undefined,
    nowMs: number,
  ): Known<FileSystemSample> | undefined;
  /** Forgets a claim that is gone. */
  forget(claimUid: string): void;
}

interface Used {
  readonly seenAtMs: number;
  readonly usedBytes: number;
}

interface Comparisons {
  /** What the best source said, oldest first. */
  readonly used: readonly Used[];
  readonly comparedAtMs: number;
  readonly contradicts: boolean;
  /** Comparisons in a row that came to the same. */
  readonly inRow: number;
  /** The mind that was made up. */
  readonly disputed: boolean;
}

const NOTHING_YET: Comparisons = {
  used: [],
  comparedAtMs: Number.NEGATIVE_INFINITY,
  contradicts: false,
  inRow: 0,
  disputed: false,
};

/** Creates a memory without comparisons. */
export function createDisagreements(): Disagreements {
  const claims = new Map<string, Comparisons>();
  return {
    compare(claimUid, best, others, nowMs): Known<FileSystemSample> | undefined {
      const other = others?.[0];
      if (best.kind === "unknown" || other === undefined) {
        claims.delete(claimUid);
        return undefined;
      }
      const before = claims.get(claimUid) ?? NOTHING_YET;
      const after = comparedAgain(remember(before, best, nowMs), best, other, nowMs);
      claims.set(claimUid, after);
      return after.disputed ? other : undefined;
    },
    forget(claimUid): void {
      claims.delete(claimUid);
    },
  };
}

function remember(
  before: Comparisons,
  { value }: Known<FileSystemSample>,
  nowMs: number,
): Comparisons {
  const last = before.used.at(-1);
  if (last !== undefined && nowMs - last.seenAtMs < SAMPLES_SPACING_MS) return before;
  const kept = before.used.filter(({ seenAtMs }) => nowMs - seenAtMs <= WINDOW_MS);
  return { ...before, used: [...kept, { seenAtMs: nowMs, usedBytes: value.usedBytes }] };
}

function comparedAgain(
  before: Comparisons,
  best: Known<FileSystemSample>,
  other: Known<FileSystemSample>,
  nowMs: number,
): Comparisons {
  if (nowMs - before.comparedAtMs < SPACING_MS) return before;
  const contradicts = differInSize(best, other) || differInUse(before.used, best, other, nowMs);
  const inRow = contradicts === before.contradicts ? before.inRow + 1 : 1;
  const disputed = inRow >= COMPARISONS ? contradicts : before.disputed;
  return { ...before, comparedAtMs: nowMs, contradicts, inRow, disputed };
}

function differInSize(best: Known<FileSystemSample>, other: Known<FileSystemSample>): boolean {
  return Math.abs(best.value.deviceBytes - other.value.deviceBytes) > tolerated(best);
}

function differInUse(
  used: readonly Used[],
  best: Known<FileSystemSample>,
  other: Known<FileSystemSample>,
  nowMs: number,
): boolean {
  const [oldest] = used;
  if (oldest === undefined || nowMs - oldest.seenAtMs < WINDOW_MS_MIN) return false;
  const amounts = used.map(({ usedBytes }) => usedBytes);
  const { usedBytes } = other.value;
  return usedBytes < Math.min(...amounts) - tolerated(best) ||
    usedBytes > Math.max(...amounts) + tolerated(best);
}

function tolerated({ value }: Known<FileSystemSample>): number {
  return Math.max(value.deviceBytes * TOLERATED_SHARE, TOLERATED_BYTES);
}
