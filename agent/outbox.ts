/**
 * An outbox of one: the newest item waits, at most one is on its way.
 *
 * An old report is worth nothing once there is a newer one, so nothing queues. The outbox sets no timers; it
 * looks at the time whenever it is pumped, which the agent does at every tick.
 *
 * ```text
 *             offer                    pump, wait is over
 *   empty ───────────────► waiting ───────────────────────► sending
 *     ▲                      ▲  ▲ offer: newer replaces          │
 *     │                      └──┘                                │
 *     │ answered             ▲ failed or refused, unless a       │
 *     └──────────────────────┴─ newer one is waiting already ◄───┘
 * ```
 *
 * @module
 */

import { fullJitterMs } from "../kube/backoff.ts";
import type { Clock, Random } from "../kube/clock.ts";
import { errorText } from "../kube/logger.ts";

/** How sending ended. */
export type SendOutcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** The other side does not accept who we are: 401 or 403. */
  | { readonly kind: "refused"; readonly problem: string }
  | {
    readonly kind: "failed";
    readonly problem: string;
    /** How long the other side asked to be left alone. */
    readonly retryAfterMs?: number | undefined;
  };

/** `urgent` cuts a wait short, also one that begins while it waits; `normal` sits it out. */
export type Urgency = "normal" | "urgent";

/** Sends the newest item it was offered. */
export interface Outbox<Item> {
  /** Replaces the waiting item, if any, and sends at once unless a wait or a request is under way. */
  offer(item: Item, urgency: Urgency): void;
  /** Sends the waiting item if its time has come. */
  pump(): void;
}

/** What {@link createOutbox} needs. */
export interface OutboxOptions<Item, Answer> {
  readonly clock: Clock;
  readonly random: Random;
  readonly send: (item: Item) => Promise<SendOutcome<Answer>>;
  readonly onOutcome: (outcome: SendOutcome<Answer>) => void;
}

/** Waits after failures: a leader is replaced within 15 s, and half a second spares a brief hiccup. */
export const RETRY_BOUNDS = { initialMs: 500, maxMs: 15_000 } as const;

/** A refusal mends only when someone mends a configuration or a token is renewed; do not hammer. */
export const REFUSED_WAIT_MS = 30_000;

/** No server keeps an agent silent for longer, whatever its Retry-After says. */
export const RETRY_AFTER_MAX_MS = 60_000;

/** An urgent item cuts a wait short at most this often. */
export const URGENT_SPACING_MS = 1_000;

/** Beyond this many failures the bound of the wait no longer grows. */
const FAILURES_MAX = 10;

/** Creates an empty {@link Outbox}. */
export function createOutbox<Item, Answer>(options: OutboxOptions<Item, Answer>): Outbox<Item> {
  const { clock, random, send, onOutcome } = options;
  let waiting: { readonly item: Item; readonly urgency: Urgency } | undefined;
  let sending = false;
  let failures = 0;
  let notBeforeMs = -Infinity;
  let mayCutShort = true;
  let cutShortAtMs = -Infinity;

  function settle(item: Item, outcome: SendOutcome<Answer>): void {
    sending = false;
    if (outcome.kind === "answered") {
      failures = 0;
      notBeforeMs = -Infinity;
    } else {
      failures = Math.min(failures + 1, FAILURES_MAX);
      const asked = outcome.kind === "failed" ? outcome.retryAfterMs : undefined;
      mayCutShort = asked === undefined;
      notBeforeMs = clock.monotonic() + waitMs(outcome.kind, asked);
      // What was offered meanwhile has not been tried yet; what failed has had its try.
      if (waiting?.urgency === "urgent") cutShort();
      waiting ??= { item, urgency: "normal" };
    }
    onOutcome(outcome);
    // A failed item is not sent again here: it waits for a tick, so that no wait is ever shorter than one.
    if (outcome.kind === "answered") pump();
  }

  function waitMs(kind: "refused" | "failed", askedMs: number | undefined): number {
    if (askedMs !== undefined) return Math.min(askedMs, RETRY_AFTER_MAX_MS);
    if (kind === "refused") return REFUSED_WAIT_MS * (0.5 + random() / 2);
    return fullJitterMs(failures, RETRY_BOUNDS, random);
  }

  function cutShort(): void {
    const nowMs = clock.monotonic();
    if (nowMs >= notBeforeMs || !mayCutShort || nowMs - cutShortAtMs < URGENT_SPACING_MS) return;
    cutShortAtMs = nowMs;
    notBeforeMs = -Infinity;
  }

  async function dispatch(item: Item): Promise<void> {
    let outcome: SendOutcome<Answer>;
    try {
      outcome = await send(item);
    } catch (error) {
      outcome = { kind: "failed", problem: errorText(error) };
    }
    settle(item, outcome);
  }

  function pump(): void {
    if (sending || waiting === undefined || clock.monotonic() < notBeforeMs) return;
    const { item } = waiting;
    waiting = undefined;
    sending = true;
    dispatch(item);
  }

  return {
    offer(item: Item, urgency: Urgency): void {
      waiting = { item, urgency };
      if (urgency === "urgent") cutShort();
      pump();
    },
    pump,
  };
}
