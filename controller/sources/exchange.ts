/**
 * One bounded request to something that measures: a kubelet, Prometheus, or an instance.
 *
 * @module
 */

import { linkAbort, raceAbort, startWatchdog } from "../../kube/abort.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText } from "../../kube/logger.ts";
import { readText } from "../../kube/response_text.ts";
import type { Transport, TransportRequest } from "../../kube/transport.ts";

/** What an exchange may cost. */
export interface ExchangeLimits {
  /** From the first byte sent to the last one received. */
  readonly deadlineMs: number;
  /** A larger answer is not read to its end. */
  readonly bytesMax: number;
}

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** When it was sent, on the clock of whoever answered; null where it does not say. */
  readonly dateHeader: string | null;
}

/** What an exchange needs. */
export interface ExchangeDependencies {
  readonly transport: Pick<Transport, "send">;
  readonly clock: Clock;
}

/**
 * Sends a request and reads the whole answer. A request that has to be put together first, as from a file that
 * holds a secret, has no more time for it: the disk of that file may hang.
 *
 * @throws {Error} If no answer came in time, it is too large, or the connection or its certificate failed.
 */
export async function exchange(
  { transport, clock }: ExchangeDependencies,
  request: TransportRequest | Promise<TransportRequest>,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answer> {
  using link = linkAbort(signal);
  using _deadline = startWatchdog(clock, limits.deadlineMs, () => {
    link.abort(new Error(`expected an answer within ${limits.deadlineMs} ms, found none`));
  });
  const ready = await raceAbort(Promise.resolve(request), link.signal);
  const response = await transport.send(ready, link.signal);
  const text = await readText(response, link.signal, limits.bytesMax);
  return { status: response.status, text, dateHeader: response.headers.get("date") };
}

/** Why an exchange failed. Nothing of the request but its address is part of it. */
export interface ExchangeFailure {
  /** The certificate was refused: nothing was sent. */
  readonly certificate: boolean;
  readonly message: string;
}

/** What the runtime's TLS says when it refuses a certificate, whatever is wrong with it. */
const CERTIFICATE_REFUSED = /invalid peer certificate/i;

/** Reads what was thrown by an exchange; the innermost cause says most. */
export function exchangeFailure(error: unknown): ExchangeFailure {
  const texts: string[] = [];
  for (let cause = error; cause !== undefined; cause = causeOf(cause)) texts.push(errorText(cause));
  const message = texts.at(-1) ?? "";
  return { certificate: CERTIFICATE_REFUSED.test(message), message };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause ?? undefined : undefined;
}
