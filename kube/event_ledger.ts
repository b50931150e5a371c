/**
 * Remembers which Events were recorded lately: what repeats them, and who talks too much.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { EventNotice } from "./event_object.ts";

/** A repetition within this time is counted and not sent (the default of Karpenter's recorder). */
export const DEDUPLICATION_MS = 120_000;

/** After so long without a repetition the series is over, as in client-go. */
const SERIES_QUIET_MS = 360_000;

/** Distinct Events remembered; the one that was silent longest is forgotten first. */
const ENTRIES_MAX = 4_096;

/** As client-go's spam filter: 25 requests at once, then one in five minutes, for each object. */
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;

/** An Event and its repetitions. */
export interface EventEntry {
  readonly key: string;
  readonly notice: EventNotice;
  /** Undefined until the Event exists. */
  name: string | undefined;
  count: number;
  lastSeenMs: number;
}

/** What to do with a notice. */
export type Verdict =
  | { readonly kind: "send"; readonly entry: EventEntry }
  | { readonly kind: "counted" }
  | { readonly kind: "spam" };

/** Decides about notices. */
export interface EventLedger {
  admit(notice: EventNotice): Verdict;
  /** Lets the next notice of that sort make a new Event. */
  forget(entry: EventEntry): void;
}

interface Remembered {
  readonly entry: EventEntry;
  seenAtMs: number;
  sentAtMs: number;
}

/** Creates a ledger that remembers nothing. */
export function createEventLedger(clock: Clock): EventLedger {
  const records = new Map<string, Remembered>();
  const buckets = new Map<string, { tokens: number; refilledMs: number }>();

  function takeToken(uid: string): boolean {
    const nowMs = clock.monotonic();
    const bucket = buckets.get(uid) ?? { tokens: SPAM_BURST, refilledMs: nowMs };
    const gained = (nowMs - bucket.refilledMs) / SPAM_REFILL_MS;
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + gained);
    bucket.refilledMs = nowMs;
    touch(buckets, uid, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  function recall(key: string): Remembered | undefined {
    const record = records.get(key);
    if (record === undefined || clock.monotonic() - record.seenAtMs < SERIES_QUIET_MS) {
      return record;
    }
    records.delete(key);
    return undefined;
  }

  return {
    admit(notice: EventNotice): Verdict {
      const key = keyOf(notice);
      const nowMs = clock.monotonic();
      const known = recall(key);
      if (known !== undefined) {
        known.seenAtMs = nowMs;
        known.entry.count++;
        known.entry.lastSeenMs = clock.now();
        touch(records, key, known);
        if (nowMs - known.sentAtMs < DEDUPLICATION_MS) return { kind: "counted" };
      }
      if (!takeToken(notice.regarding.uid)) return { kind: "spam" };
      if (known !== undefined) {
        known.sentAtMs = nowMs;
        return { kind: "send", entry: known.entry };
      }
      const entry = { key, notice, name: undefined, count: 1, lastSeenMs: clock.now() };
      touch(records, key, { entry, seenAtMs: nowMs, sentAtMs: nowMs });
      return { kind: "send", entry };
    },
    forget(entry: EventEntry): void {
      if (records.get(entry.key)?.entry === entry) records.delete(entry.key);
    },
  };
}

function keyOf({ regarding, type, reason, dedupeValues }: EventNotice): string {
  return JSON.stringify([regarding.uid, type, reason, ...dedupeValues ?? []]);
}

/** Puts an entry last and forgets the first one when there are too many. */
function touch<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size <= ENTRIES_MAX) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
