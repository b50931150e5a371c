/**
 * One try at one request: a turn in the limiter, a deadline, an answer that is read to its end.
 *
 * @module
 */

import { linkAbort, raceAbort, startWatchdog } from "./abort.ts";
import type { CallOptions, JsonObject, WatchOptions } from "./api.ts";
import { readChunks } from "./body_chunks.ts";
import type { Clock } from "./clock.ts";
import { parseJsonObject } from "./json.ts";
import type { Limiter } from "./limiter.ts";
import { createOpenStreams, type OpenStreams } from "./open_streams.ts";
import { readText } from "./response_text.ts";
import { apiErrorOfResponse } from "./status_error.ts";
import type { TokenReader } from "./token_reader.ts";
import { type Transport, TransportError } from "./transport.ts";

/** Longest try unless the caller says otherwise; the API server itself gives up after 60 s. */
export const DEADLINE_MS = 10_000;

/** A request to the API server, without what is the same in all of them. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly search?: URLSearchParams | undefined;
  readonly contentType?: string | undefined;
  readonly body?: unknown;
}

/** Sends requests once. */
export interface Exchange {
  /** Resolves to the object in the answer. */
  call(request: ApiRequest, options: CallOptions): Promise<JsonObject>;
  /**
   * Yields the bytes of the answer; the deadline is for its headers only. Throws a {@link TransportError} whose
   * failure is `silent` when another request meets its deadline and nothing has come meanwhile.
   */
  stream(request: ApiRequest, options: WatchOptions): AsyncGenerator<Uint8Array, void>;
}

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly server: URL;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly token: TokenReader;
  readonly transport: Transport;
  /** Aborted when the client is closed. */
  readonly lifetime: AbortSignal;
}

const HTTP_UNAUTHORIZED = 401;

/** What an exchange works with. */
interface Workings extends ExchangeParts {
  readonly streams: OpenStreams;
}

/** Creates an {@link Exchange}. */
export function createExchange(given: ExchangeParts): Exchange {
  const parts: Workings = { ...given, streams: createOpenStreams(given.clock) };
  return {
    async call(request: ApiRequest, options: CallOptions): Promise<JsonObject> {
      using link = linkAbort(options.signal, parts.lifetime);
      using _permit = await parts.limiter.acquire(options.lane ?? "default", link.signal);
      using _deadline = startDeadline(parts, request, options, link.abort);
      const text = await attempt(request, link.signal, async () => {
        const response = await send(parts, request, link.signal);
        return await readText(response, link.signal);
      });
      return parseJsonObject(text, `the answer to ${describe(request)}`);
    },
    async *stream(request: ApiRequest, options: WatchOptions): AsyncGenerator<Uint8Array, void> {
      using link = linkAbort(options.signal, parts.lifetime);
      const body = await openStream(parts, request, options, link.signal, link.abort);
      options.onAccepted?.();
      using open = parts.streams.add(() => link.abort(silence(request)));
      const chunks = readChunks(body, link.signal);
      try {
        for (;;) {
          const chunk = await attempt(request, link.signal, () => chunks.next());
          if (chunk.done) return;
          open.touch();
          yield chunk.value;
        }
      } finally {
        await chunks.return();
        link.abort(new DOMException("The reader of the stream has left", "AbortError"));
      }
    },
  };
}

/** The permit is given back once the answer has begun: a watch may last, and is not work for the server. */
async function openStream(
  parts: Workings,
  request: ApiRequest,
  options: CallOptions,
  signal: AbortSignal,
  abort: (reason: unknown) => void,
): Promise<ReadableStream<Uint8Array>> {
  using _permit = await parts.limiter.acquire(options.lane ?? "default", signal);
  using _deadline = startDeadline(parts, request, options, abort);
  const response = await attempt(request, signal, () => send(parts, request, signal));
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}

function startDeadline(
  { clock, streams, transport }: Workings,
  request: ApiRequest,
  options: CallOptions,
  abort: (reason: unknown) => void,
): Disposable {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const sentMs = clock.monotonic();
  return startWatchdog(clock, deadlineMs, () => {
    transport.renew();
    streams.giveUpSilentSince(sentMs);
    const problem = `expected an answer within ${deadlineMs} ms, found none`;
    abort(new TransportError(`Cannot ${describe(request)}: ${problem}`, "timeout"));
  });
}

function silence(request: ApiRequest): TransportError {
  const problem = "nothing came while another request met its deadline";
  return new TransportError(`Cannot go on with ${describe(request)}: ${problem}`, "silent");
}

/** Sends a request and rejects with an {@link ApiError} if the answer is no success. */
async function send(
  { server, userAgent, token, transport }: ExchangeParts,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<Response> {
  const bearer = await raceAbort(token.read(), signal);
  const response = await transport.send({
    method: request.method,
    url: requestUrl(server, request),
    headers: {
      accept: "application/json",
      "user-agent": userAgent,
      ...request.body === undefined ? {} : {
        "content-type": request.contentType ?? "application/json",
      },
      ...bearer === undefined ? {} : { authorization: `Bearer ${bearer.reveal()}` },
    },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  }, signal);
  if (response.ok) return response;
  if (response.status === HTTP_UNAUTHORIZED) token.invalidate();
  throw await failureOf(request, response, signal);
}

async function failureOf(
  request: ApiRequest,
  response: Response,
  signal: AbortSignal,
): Promise<Error> {
  const text = await readText(response, signal);
  let body: JsonObject | undefined;
  try {
    body = parseJsonObject(text, "a Status");
  } catch {
    body = undefined; // A proxy's page says nothing that its status code does not.
  }
  return apiErrorOfResponse(describe(request), {
    status: response.status,
    retryAfterHeader: response.headers.get("retry-after"),
    body,
  });
}

/**
 * Runs one step on the network and names its failure: the caller's own abort stays what it is, everything
 * that fetch and body streams throw (TypeErrors, all of them) becomes a {@link TransportError}.
 */
async function attempt<Result>(
  request: ApiRequest,
  signal: AbortSignal,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (!(cause instanceof TypeError)) throw cause;
    const problem = "expected an answer, found a broken connection";
    throw new TransportError(`Cannot ${describe(request)}: ${problem}`, "connection", { cause });
  }
}

function requestUrl(server: URL, request: ApiRequest): string {
  const url = new URL(server);
  url.pathname = url.pathname.replace(/\/$/, "") + request.path;
  url.search = request.search?.toString() ?? "";
  return url.href;
}

function describe(request: ApiRequest): string {
  return `${request.method} ${request.path}`;
}
