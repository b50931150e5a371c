/**
 * Lets one call fare as a fault plan says.
 *
 * @module
 */

import { startWatchdog } from "../../kube/abort.ts";
import { ApiError, type CallOptions } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { DEADLINE_MS } from "../../kube/exchange.ts";
import { apiErrorOfResponse } from "../../kube/status_error.ts";
import { TransportError } from "../../kube/transport.ts";
import type { Fault } from "../faults/fault_plan.ts";

const MS_PER_SECOND = 1_000;

/** A call on its way. */
export interface FaultyCall<Result> {
  /** As messages name it: `GET /api/v1/pods`. */
  readonly action: string;
  readonly fault: Fault | undefined;
  readonly clock: Clock;
  readonly options: CallOptions;
  serve(): Result;
}

/**
 * Makes the call.
 *
 * @throws {ApiError} in the words of the HTTP client, if the server or the plan refuses.
 * @throws {TransportError} if no answer comes: whether the request took effect is not known then.
 */
export async function makeCall<Result>(call: FaultyCall<Result>): Promise<Result> {
  const { fault, action, options } = call;
  // Nothing is ever sent, let alone answered, within the call itself.
  await Promise.resolve();
  options.signal?.throwIfAborted();
  switch (fault?.kind) {
    case "refused":
      throw refusalOf(action, fault);
    case "request-lost":
      throw brokenConnection(action);
    case "answer-lost":
      serveInWords(call);
      throw brokenConnection(action);
    case "delayed":
      return await makeLate(call, fault.durationMs);
    case "watch-cut":
    case "watch-deaf":
    case undefined:
      return serveInWords(call);
  }
}

/** What a client sees of a connection that breaks. */
export function brokenConnection(action: string): TransportError {
  const cause = new TypeError("error reading a body from connection");
  const problem = "expected an answer, found a broken connection";
  return new TransportError(`Cannot ${action}: ${problem}`, "connection", { cause });
}

/** Whoever waits no longer, by deadline or abort, does not stop a request that is on its way. */
async function makeLate<Result>(call: FaultyCall<Result>, durationMs: number): Promise<Result> {
  const { clock, action, options } = call;
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const leaving = Promise.withResolvers<never>();
  const onAbort = () => leaving.reject(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  using _deadline = startWatchdog(clock, deadlineMs, () => {
    const problem = `expected an answer within ${deadlineMs} ms, found none`;
    leaving.reject(new TransportError(`Cannot ${action}: ${problem}`, "timeout"));
  });
  try {
    const arrival = clock.sleep(durationMs).then(() => serveInWords(call));
    return await Promise.race([leaving.promise, arrival]);
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
  }
}

function serveInWords<Result>({ action, serve }: FaultyCall<Result>): Result {
  try {
    return serve();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, reason, message, retryAfterMs } = error;
    throw refusalOf(action, {
      code,
      reason,
      message,
      retryAfterSeconds: (retryAfterMs ?? 0) / MS_PER_SECOND,
    });
  }
}

interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

function refusalOf(
  action: string,
  { code, reason, message, retryAfterSeconds }: Refusal,
): ApiError {
  const body = { code, reason, message: message ?? "", details: { retryAfterSeconds } };
  return apiErrorOfResponse(action, { status: code, retryAfterHeader: null, body });
}
