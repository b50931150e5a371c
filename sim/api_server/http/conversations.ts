/**
 * Adapter: every request that is under way on node:http, from its arrival to the end of its answer.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";

import { ApiError } from "../../../kube/api.ts";
import { errorText } from "../../../kube/logger.ts";
import type { Fault } from "../../faults/fault_plan.ts";
import { serveDiscovery } from "./discovery.ts";
import type { Answer, HttpRequest } from "./http_message.ts";
import { negotiate } from "./negotiate.ts";
import { beginLines, breakConnection, readRequest, sendAnswer } from "./node_http.ts";
import { watchParameters } from "./query.ts";
import { createRepresenter, type Representer } from "./represent.ts";
import { serveVerb } from "./resource_verbs.ts";
import type { ServeApiOptions } from "./serve_api.ts";
import { statusAnswer } from "./status.ts";
import { targetOf, understand, type UnderstoodRequest } from "./understand.ts";
import { createLateSink, createLineSink } from "./watch_lines.ts";

const MS_PER_SECOND = 1_000;

/** All requests under way. */
export interface Conversations {
  /** Serves one request; never rejects. Resolves when its answer is on its way, or its watch has begun. */
  serve(incoming: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends delays; resolves when no request is being served any more. Watches end with their connections. */
  end(): Promise<void>;
}

/** Where one request came from and where its answer goes. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** The connection is gone. */
  readonly isClosed: () => boolean;
}

/** What every request shares. */
interface Shared {
  readonly options: ServeApiOptions;
  readonly stopping: AbortSignal;
}

/** Creates the {@link Conversations} of one server. */
export function createConversations(options: ServeApiOptions): Conversations {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const shared: Shared = { options, stopping: stopping.signal };
  return {
    async serve(incoming, response): Promise<void> {
      const serving = converse(shared, incoming, response);
      underWay.add(serving);
      await serving;
      underWay.delete(serving);
    },
    async end(): Promise<void> {
      stopping.abort(new Error("The API server stops"));
      await Promise.all(underWay);
    },
  };
}

async function converse(
  shared: Shared,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let isClosed = false;
  response.on("close", () => isClosed = true);
  response.on("error", () => isClosed = true);
  const exchange: Exchange = { incoming, response, isClosed: () => isClosed };
  try {
    const http = await readRequest(incoming);
    await serveRequest(shared, http, exchange);
  } catch (error) {
    // A client that left, or a server that stops, needs no answer.
    if (isClosed || shared.stopping.aborted) return;
    sendAnswer(response, failureAnswer(shared, incoming, error));
  }
}

async function serveRequest(shared: Shared, http: HttpRequest, exchange: Exchange): Promise<void> {
  const { server, faults } = shared.options;
  const understood = understand(http, server, shared.options);
  if (understood === undefined) {
    return sendAnswer(exchange.response, serveDiscovery(http, server.resources));
  }
  const fault = faults?.(understood.call);
  switch (fault?.kind) {
    case "refused":
      return sendAnswer(exchange.response, refusal(fault, understood));
    case "request-lost":
      return breakConnection(exchange.incoming);
    case "delayed":
      await shared.options.clock.sleep(fault.durationMs, shared.stopping);
  }
  serveObjects(shared, understood, exchange, fault);
}

function serveObjects(
  shared: Shared,
  understood: UnderstoodRequest,
  exchange: Exchange,
  fault: Fault | undefined,
): void {
  const { options } = shared;
  const { http, route } = understood.request;
  let answer: Answer | undefined;
  try {
    const form = negotiate(http.accept);
    const now = (): number => options.clock.now();
    const representer = createRepresenter(route.served, form, http.search, now);
    if (understood.call.verb === "watch") {
      openWatch(shared, understood, exchange, representer, fault);
    } else answer = serveVerb(options.server, understood.request, representer);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    answer = statusAnswer(error, targetOf(understood));
  }
  if (fault?.kind === "answer-lost") breakConnection(exchange.incoming);
  else if (answer !== undefined) sendAnswer(exchange.response, answer);
}

function openWatch(
  { options }: Shared,
  { request }: UnderstoodRequest,
  { incoming, response, isClosed }: Exchange,
  representer: Representer,
  fault: Fault | undefined,
): void {
  const { http, route, user } = request;
  const parameters = watchParameters(http.search, route.namespace);
  const sink = createLateSink();
  const unsubscribe = options.server.watch(route.served.resource, parameters.query, sink, { user });
  let isOpen = true;
  function stop(): void {
    if (isOpen) unsubscribe();
    isOpen = false;
  }
  response.on("close", stop);
  if (isClosed()) return stop();
  const writer = beginLines(incoming, response, stop);
  sink.open(createLineSink(writer, representer, parameters, fault));
  writer.startLimit();
}

function refusal(
  fault: Extract<Fault, { kind: "refused" }>,
  understood: UnderstoodRequest,
): Answer {
  const { code, reason, retryAfterSeconds } = fault;
  const retryAfterMs = retryAfterSeconds === undefined
    ? undefined
    : retryAfterSeconds * MS_PER_SECOND;
  const error = new ApiError(`the request was refused: ${reason}`, { code, reason, retryAfterMs });
  return statusAnswer(error, targetOf(understood));
}

function failureAnswer(
  { options }: Shared,
  { method = "", url = "" }: IncomingMessage,
  error: unknown,
): Answer {
  if (error instanceof ApiError) return statusAnswer(error);
  options.logger?.error("A request could not be served", { method, url, error: errorText(error) });
  return statusAnswer(
    new ApiError(`Internal error occurred: ${errorText(error)}`, {
      code: 500,
      reason: "InternalError",
    }),
  );
}
