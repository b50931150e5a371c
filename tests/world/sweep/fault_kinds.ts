/**
 * Every way in which one call of the controller may fare badly.
 *
 * @module
 */

import type { Call, Fault } from "../../../sim/faults/mod.ts";

/** One way. */
export interface FaultKind {
  readonly name: string;
  /** Calls that can fare so. @default {all} */
  readonly verbs?: readonly Call["verb"][] | undefined;
  /** What becomes of such a call. */
  fault(call: Call): Fault;
  /** For how long every call fares so from the struck one on. @default {0: that call alone} */
  readonly lastsMs?: number | undefined;
  /** By how much longer a story takes at most. @default {as long as the longest wait takes} */
  readonly delayMsMax?: number | undefined;
  /** What befalls besides the call. */
  readonly besides?: "killed-before" | "killed-after" | "server-restarts" | undefined;
}

/** Longer than a client waits for an answer (`kube/exchange.ts`): the request arrives when it was given up. */
const LATE_MS = 15_000;

/** Longer than the silence after which a client gives a connection up, many times over. */
const FROZEN_MS = 60_000;

const STORM_MS = 60_000;

/** Longer than a client waits by itself: the caller decides. */
const LONG_RETRY_SECONDS = 45;

function refused(
  name: string,
  code: number,
  reason: string,
  retryAfterSeconds?: number,
): FaultKind {
  return { name, fault: () => ({ kind: "refused", code, reason, retryAfterSeconds }) };
}

/** Answers of a server that refuses for a moment. */
const REFUSALS: readonly FaultKind[] = [
  refused("is answered 500", 500, "InternalError"),
  refused("is answered 503", 503, "ServiceUnavailable"),
  refused("is answered 504", 504, "Timeout"),
  refused("is answered 429 with a short Retry-After", 429, "TooManyRequests", 3),
  refused("is answered 429 with a long Retry-After", 429, "TooManyRequests", LONG_RETRY_SECONDS),
  // Somebody else wrote first: the next try is due at once.
  { ...refused("is answered 409", 409, "Conflict"), delayMsMax: 10_000 },
  { ...refused("is answered 410", 410, "Expired"), verbs: ["list", "watch"] },
  refused("is answered 401", 401, "Unauthorized"),
];

/** Connections that break, stall or say nothing. */
const CONNECTIONS: readonly FaultKind[] = [
  { name: "is lost on its way", fault: () => ({ kind: "request-lost" }) },
  {
    name: "takes effect and its answer is lost",
    fault: ({ verb }) => ({ kind: verb === "watch" ? "request-lost" : "answer-lost" }),
  },
  { name: "arrives late", fault: () => ({ kind: "delayed", durationMs: 5_000 }) },
  {
    name: "takes effect after it was given up",
    fault: () => ({ kind: "delayed", durationMs: LATE_MS }),
  },
  {
    name: "meets a connection that freezes",
    fault: ({ verb }) =>
      verb === "watch"
        ? { kind: "watch-deaf", afterEvents: 0 }
        : { kind: "delayed", durationMs: FROZEN_MS },
    lastsMs: FROZEN_MS,
  },
];

/** Watches that say less than they should. */
const WATCHES: readonly FaultKind[] = [
  {
    name: "breaks with the first event",
    verbs: ["watch"],
    fault: () => ({ kind: "watch-cut", afterEvents: 0 }),
  },
  {
    name: "goes deaf",
    verbs: ["watch"],
    fault: () => ({ kind: "watch-deaf", afterEvents: 1 }),
  },
];

/** What befalls a whole process. */
const PROCESSES: readonly FaultKind[] = [
  {
    name: "is the last thing before the controller is killed",
    fault: () => ({ kind: "request-lost" }),
    besides: "killed-before",
  },
  {
    name: "takes effect as the controller is killed",
    fault: ({ verb }) => ({ kind: verb === "watch" ? "request-lost" : "answer-lost" }),
    besides: "killed-after",
  },
  {
    name: "meets a server that starts anew",
    fault: () => ({ kind: "request-lost" }),
    besides: "server-restarts",
  },
  {
    name: "begins a minute in which every call is answered 500",
    fault: () => ({ kind: "refused", code: 500, reason: "InternalError" }),
    lastsMs: STORM_MS,
  },
];

/** All ways. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...REFUSALS,
  ...CONNECTIONS,
  ...WATCHES,
  ...PROCESSES,
];
