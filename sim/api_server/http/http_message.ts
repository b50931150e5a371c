/**
 * Requests and answers without a socket: what the node:http adapter reads and writes.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";

/** A request that has arrived whole. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly search: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  /** The bearer token; undefined if there is none. Never logged. */
  readonly token: string | undefined;
  /** Empty if there is none. */
  readonly body: string;
}

/** A whole answer. A text is sent as plain text, an object as JSON. */
export interface Answer {
  readonly code: number;
  readonly body: JsonObject | string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Answers with an object, or with a text. */
export function ok(body: JsonObject | string): Answer {
  return { code: 200, body };
}
