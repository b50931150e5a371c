/**
 * Runs an app that takes a Request and gives a Response on Node's HTTP server.
 *
 * Node's server and not the runtime's own, because only that one ends slow connections, limits their number
 * and exchanges its certificate while it runs (`kubernetes.md` B7).
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";

/** Anything with the `fetch` of a Hono app. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>;
}

/** What the handler tells its server. */
export interface FetchHandlerOptions {
  readonly app: FetchApp;
  /** Whether connections are to end after the answer that is being written. */
  readonly isClosing: () => boolean;
  /** Told of what the app threw; the client is answered 500. */
  readonly onError: (error: unknown) => void;
}

/** A listener for the event `request` of a server. */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Only path and query of an address are used; who was meant is not told by a header. */
const ORIGIN = "http://localhost";

const METHODS_WITHOUT_BODY = ["GET", "HEAD"];

const STATUS_WITHOUT_BODY = [204, 304];

/** Creates the listener. It answers every request, and no failure of a connection leaves it. */
export function createFetchHandler(options: FetchHandlerOptions): NodeListener {
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const response = await respond(incoming, options);
    // The answers of our apps are small and finished: as a whole they carry their length.
    const body = new Uint8Array(await response.arrayBuffer());
    if (options.isClosing()) outgoing.setHeader("Connection", "close");
    for (const [name, value] of response.headers) outgoing.setHeader(name, value);
    if (!STATUS_WITHOUT_BODY.includes(response.status)) {
      outgoing.setHeader("Content-Length", body.length);
    }
    outgoing.writeHead(response.status);
    outgoing.end(body);
    // Where the body was of no interest, its rest is read away so that the client gets to read the answer;
    // the server's time limit for requests also limits this.
    incoming.resume();
  }
  return function onRequest(incoming, outgoing): void {
    incoming.on("error", ignoreLostConnection);
    outgoing.on("error", ignoreLostConnection);
    answer(incoming, outgoing).catch((error: unknown) => {
      options.onError(error);
      outgoing.destroy();
    });
  };
}

async function respond(
  incoming: IncomingMessage,
  { app, onError }: FetchHandlerOptions,
): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(incoming);
  } catch {
    return new Response("Bad Request", { status: 400 });
  }
  try {
    return await app.fetch(request);
  } catch (error) {
    onError(error);
    return new Response("Internal Server Error", { status: 500 });
  }
}

/** @throws {TypeError} If the address, the method or a header is none. */
function toRequest(incoming: IncomingMessage): Request {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const hasBody = !METHODS_WITHOUT_BODY.includes(method);
  return new Request(new URL(incoming.url ?? "/", ORIGIN), {
    method,
    headers,
    ...(hasBody ? { body: ReadableStream.from(bytesOf(incoming)) } : {}),
  });
}

async function* bytesOf(incoming: IncomingMessage): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // By default, whoever gives up on the body closes the connection before the answer is written.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    yield new Uint8Array(chunk);
  }
}

function ignoreLostConnection(): void {
  // A client that is gone needs no answer, and what it sent was not acted on.
}
