/**
 * Answers of the fake API server, in good order or not.
 *
 * @module
 */

import type { ServerResponse } from "node:http";

import type { JsonObject } from "../api.ts";
import type { Fault } from "./faults.ts";

/** Answers with an object. */
export function answerObject(
  response: ServerResponse,
  object: JsonObject,
  fault: Fault | undefined,
  status = 200,
): void {
  answer(response, JSON.stringify(object), fault, status);
}

/** Answers with a failure. */
export function answerStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  retryAfterSeconds?: number | undefined,
): void {
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  response.writeHead(code, { "content-type": "application/json" });
  const status = { kind: "Status", status: "Failure", code, reason, message: "as told" };
  response.end(JSON.stringify(status));
}

/** Answers with a text, as `fault` has it. */
export function answer(
  response: ServerResponse,
  text: string,
  fault: Fault | undefined,
  status = 200,
): void {
  const bytes = new TextEncoder().encode(text);
  switch (fault?.kind) {
    case "freeze":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "truncate":
      response.writeHead(status, { "content-length": String(bytes.length) });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy());
      return;
    case "page":
      response.writeHead(status, { "content-type": "text/html" });
      response.end("<html>sign in</html>");
      return;
    case "redirect":
      response.writeHead(302, { location: fault.location });
      response.end();
      return;
    case "dribble":
      response.writeHead(status);
      for (const byte of bytes) response.write(Uint8Array.of(byte));
      response.end();
      return;
    default:
      response.writeHead(status, { "content-type": "application/json" });
      response.end(bytes);
  }
}
