/**
 * Adapter: the Transport port on `node:https`, which can do what Deno's fetch cannot: skip the check of a
 * certificate for one server, expect another name in it, and go through any proxy.
 *
 * @module
 */

import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";

import type { Transport, TransportRequest } from "../../kube/transport.ts";
import { UnreachableError } from "./unreachable_error.ts";
import type { UserAccess } from "./user_access.ts";

/** Creates a transport that sends every request as the user. */
export function createHttpsTransport({ headers, options }: UserAccess): Transport {
  function close(): void {
    if (typeof options.agent === "object") options.agent.destroy();
  }
  return {
    async send(request: TransportRequest, signal: AbortSignal): Promise<Response> {
      request.beforeSend?.();
      const url = new URL(request.url);
      const start = url.protocol === "https:" ? requestHttps : requestHttp;
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const sent = start(url, {
        ...options,
        method: request.method,
        headers: { ...request.headers, ...headers },
        signal,
      });
      sent.once("response", (incoming) => resolve(responseOf(incoming)));
      sent.on("error", (cause) => reject(new UnreachableError(cause.message, { cause })));
      sent.end(request.body);
      return await promise;
    },
    renew: close,
    close,
  };
}

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const status = incoming.statusCode ?? 0;
  return new Response(bodyOf(incoming), { status, headers });
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller): Promise<void> {
      try {
        for await (const chunk of Readable.from(incoming)) {
          controller.enqueue(new Uint8Array(chunk));
        }
        controller.close();
      } catch (cause) {
        controller.error(new UnreachableError("the answer broke off", { cause }));
      }
    },
    cancel(): void {
      incoming.destroy();
    },
  });
}
