/**
 * Adapter: requests and answers on node:http.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

import { ApiError } from "../../../kube/api.ts";
import type { Answer, HttpRequest } from "./http_message.ts";
import type { LineWriter } from "./watch_lines.ts";

/** As kube-apiserver's limit for the bodies of writes. */
export const BODY_BYTES_MAX = 3 * 1_024 * 1_024;

/**
 * What a watch may be behind, besides the present state that it began with: some thousand events. A client
 * that reads that slowly starts over sooner than it would catch up.
 */
export const WATCH_BYTES_MAX = 8 * 1_024 * 1_024;

/**
 * Reads a request to its end.
 *
 * @throws {ApiError} 413 if its body is too large.
 */
export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? "/", "http://server");
  const { accept = "", authorization = "" } = incoming.headers;
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    search: url.searchParams,
    accept,
    contentType: incoming.headers["content-type"] ?? "",
    token: /^Bearer +(\S+)$/i.exec(authorization)?.[1],
    body: await readBody(incoming),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): ApiError {
  return new ApiError(`Request entity too large: limit is ${BODY_BYTES_MAX}`, {
    code: 413,
    reason: "RequestEntityTooLarge",
  });
}

/** Sends an answer. */
export function sendAnswer(response: ServerResponse, { code, body, headers }: Answer): void {
  const isText = typeof body === "string";
  const bytes = Buffer.from(isText ? body : `${JSON.stringify(body)}\n`);
  response.writeHead(code, {
    "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
    "content-length": String(bytes.length),
    "cache-control": "no-cache, private",
    ...headers,
  });
  response.end(bytes);
}

/** Breaks a connection so that the client hears of it at once. */
export function breakConnection(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

/** Begins the endless answer of a watch. The limit on what is unsent counts from `startLimit()` on. */
export function beginLines(
  incoming: IncomingMessage,
  response: ServerResponse,
  onTooSlow: () => void,
): LineWriter & { startLimit(): void } {
  let pendingBytes = 0;
  let limitBytes = Infinity;
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "no-cache, private",
  });
  response.flushHeaders();
  return {
    write(line): void {
      const bytes = Buffer.from(line);
      pendingBytes += bytes.length;
      response.write(bytes, () => pendingBytes -= bytes.length);
      if (pendingBytes <= limitBytes) return;
      onTooSlow();
      breakConnection(incoming);
    },
    end: () => void response.end(),
    cut: () => void response.write("", () => breakConnection(incoming)),
    startLimit(): void {
      limitBytes = pendingBytes + WATCH_BYTES_MAX;
    },
  };
}
