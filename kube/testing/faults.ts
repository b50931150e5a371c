/**
 * What can go wrong at the fake API server.
 *
 * @module
 */

/** Requests that a fault applies to. */
export type FaultTarget = "list" | "watch" | "any";

/** A fault happens once, to the next request that it applies to. */
export type Fault =
  /** Nothing goes wrong: the fault behind this one waits for the request after. */
  | { readonly kind: "none" }
  /** The connection is reset: before the answer, or in a watch after the events that are there. */
  | { readonly kind: "reset" }
  /** A watch is ended in good order after the events that are there. */
  | { readonly kind: "end" }
  /** Nothing is ever sent: no answer at all, or in a watch nothing after the headers. */
  | { readonly kind: "freeze" }
  /** The answer breaks off in its middle: a body shorter than announced, or half a line of a watch. */
  | { readonly kind: "truncate" }
  /** Every byte of the answer is sent by itself, so that characters are cut. */
  | { readonly kind: "dribble" }
  /** A failure with a Status object. */
  | {
    readonly kind: "status";
    readonly code: number;
    readonly reason: string;
    readonly retryAfterSeconds?: number | undefined;
  }
  /** A watch begins in good order and then reports a failure as an event. */
  | { readonly kind: "error-event"; readonly code: number; readonly reason: string }
  /** Every event of a watch comes twice. */
  | { readonly kind: "duplicates" }
  /** After its events, a watch sends them all once more. */
  | { readonly kind: "replay" }
  /** A line of a watch that is no JSON. */
  | { readonly kind: "garbage" }
  /** A redirect to another place. */
  | { readonly kind: "redirect"; readonly location: string }
  /** A success whose body is a proxy's page. */
  | { readonly kind: "page" };

/** Faults that wait for their request. */
export interface FaultQueue {
  add(target: FaultTarget, fault: Fault): void;
  take(target: Exclude<FaultTarget, "any"> | "other"): Fault | undefined;
}

/** Creates an empty queue. */
export function createFaultQueue(): FaultQueue {
  const waiting: { readonly target: FaultTarget; readonly fault: Fault }[] = [];
  return {
    add(target: FaultTarget, fault: Fault): void {
      waiting.push({ target, fault });
    },
    take(target): Fault | undefined {
      const index = waiting.findIndex((entry) => entry.target === target || entry.target === "any");
      return index < 0 ? undefined : waiting.splice(index, 1)[0]?.fault;
    },
  };
}
