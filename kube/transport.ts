/**
 * The Transport port: one HTTP request out, one response back.
 *
 * @module
 */

/** An HTTP request with everything spelt out. */
export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  /** Holds the token: never logged, never part of an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Called when nothing is left to wait for before the bytes leave; what it throws, `send` rejects with. */
  readonly beforeSend?: (() => void) | undefined;
}

/** Sends requests over pooled connections. Redirects are answers like any other: never followed. */
export interface Transport {
  /** Rejects with a network error, or with `signal.reason` when aborted. */
  send(request: TransportRequest, signal: AbortSignal): Promise<Response>;
  /** Abandons pooled connections, which may be half-open after a timeout. Requests under way go on. */
  renew(): void;
  close(): void;
}

/** Why there was no answer. `silent`: the answer had begun, and its connection is probably dead. */
export type TransportFailure = "timeout" | "connection" | "silent";

/** No answer came from the server: whether the request had an effect there is unknown. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly failure: TransportFailure;

  constructor(message: string, failure: TransportFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
