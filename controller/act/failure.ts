/**
 * What a failed write means for what comes next.
 *
 * @module
 */

import { ApiError } from "../../kube/api.ts";
import { errorText } from "../../kube/logger.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import type { Effect } from "./outcome.ts";

/**
 * - `refused`: the same write can never succeed; a new plan is needed.
 * - `conflict`: the world has moved on; look again soon and quietly.
 * - `unavailable`: nothing is known; try again after a growing wait.
 * - `not-leader`: this process may not write any more.
 */
export type FailureKind = "refused" | "conflict" | "unavailable" | "not-leader";

/** A failed write, classified. */
export interface Failure {
  readonly kind: FailureKind;
  /** Our word for a refusal, else `reason` of the API server's Status, else the name of the error. */
  readonly reason: string;
  readonly message: string;
  /** What the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** The result of one write outside a plan. */
export type Attempt = { readonly kind: "done"; readonly effect: Effect } | Failure;

/** What the plan was made from is no longer so; the next plan will know. */
export class StaleError extends Error {
  override readonly name = "StaleError";
}

/** A write that can never succeed as it is, and the word for it that its record carries. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Another process leads now, or nobody knows. */
export class NotLeaderError extends Error {
  override readonly name = "NotLeaderError";
}

/** Answers that concern who asks and when, not what was asked: a token is renewed within a minute. */
const PASSING_CODES: readonly number[] = [401];

/** Runs one step and puts its name in front of whatever goes wrong. */
export async function during<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${step}: ${errorText(error)}`, { cause: error });
  }
}

/** Does one write outside a plan and classifies what goes wrong. Never rejects. */
export async function attempt(work: () => Promise<Effect>): Promise<Attempt> {
  try {
    return { kind: "done", effect: await work() };
  } catch (error) {
    return classify(error);
  }
}

/** Classifies an error by the first cause of a known class. */
export function classify(error: unknown): Failure {
  const message = errorText(error);
  const cause = knownCause(error);
  switch (cause?.name) {
    case undefined:
      return { kind: "unavailable", reason: nameOf(error), message };
    case "NotLeaderError":
      return { kind: "not-leader", reason: cause.name, message };
    case "StaleError":
      return { kind: "conflict", reason: cause.name, message };
    case "RefusedError":
      return { kind: "refused", reason: cause.reason, message };
    case "ApiError":
      return {
        kind: kindOf(cause),
        reason: cause.reason === "" ? `${cause.code}` : cause.reason,
        message,
        retryAfterMs: cause.retryAfterMs,
      };
  }
}

/** The API server's answer that lies behind an error, if one does. */
export function answerOf(error: unknown): ApiError | undefined {
  return causes(error).find((cause) => cause instanceof ApiError);
}

function kindOf(answer: ApiError): FailureKind {
  if (answer.isConflict) return "conflict";
  if (PASSING_CODES.includes(answer.code)) return "unavailable";
  return answer.isRefusal ? "refused" : "unavailable";
}

type KnownError = ApiError | StaleError | RefusedError | NotLeaderError;

function knownCause(error: unknown): KnownError | undefined {
  return causes(error).find((cause) => isKnown(cause));
}

function isKnown(error: Error): error is KnownError {
  return error instanceof ApiError || error instanceof StaleError ||
    error instanceof RefusedError || error instanceof NotLeaderError;
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...causes(error.cause)];
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}
