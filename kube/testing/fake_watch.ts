/**
 * One watch at the fake API server.
 *
 * @module
 */

import type { ServerResponse } from "node:http";

import type { WatchEvent } from "../api.ts";
import type { FakeObjects } from "./fake_objects.ts";
import type { Fault } from "./faults.ts";

/** A watch that is being served. */
export interface FakeWatch {
  /** Tells the client how far the server is. */
  bookmark(): void;
  /** Breaks the connection off. */
  reset(): void;
  /** Ends the watch in good order. */
  end(): void;
}

/** What to serve and how. */
export interface FakeWatchOptions {
  readonly objects: FakeObjects;
  readonly collection: string;
  /** Undefined: the present state is sent first, ended by a bookmark. */
  readonly afterVersion: number | undefined;
  readonly fault: Fault | undefined;
}

/** Serves a watch until its client leaves; the listener of the objects is removed then. */
export function serveWatch(response: ServerResponse, options: FakeWatchOptions): FakeWatch {
  const { objects, collection, fault } = options;
  let sentVersion = options.afterVersion ?? objects.resourceVersion;
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  const silent = fault?.kind === "freeze";

  function send(event: WatchEvent): void {
    if (silent) return;
    const line = new TextEncoder().encode(`${JSON.stringify(event)}\n`);
    if (fault?.kind === "dribble") { for (const byte of line) response.write(Uint8Array.of(byte)); }
    else response.write(line);
    if (fault?.kind === "duplicates") response.write(line);
  }

  function sendNews(): void {
    const news = objects.journal(collection, sentVersion);
    sentVersion = objects.resourceVersion;
    for (const event of news) send(event);
  }

  function bookmark(annotations?: Record<string, string>): void {
    const metadata = { resourceVersion: String(objects.resourceVersion), annotations };
    send({ type: "BOOKMARK", object: { metadata } });
  }

  if (options.afterVersion === undefined) {
    for (const object of objects.list(collection)) send({ type: "ADDED", object });
    bookmark({ "k8s.io/initial-events-end": "true" });
  }
  sendNews();
  const stopListening = objects.listen(sendNews);
  response.on("close", stopListening);
  const watch: FakeWatch = {
    bookmark: () => bookmark(),
    reset: () => response.socket?.resetAndDestroy(),
    end: () => response.end(),
  };
  applyFault(response, watch, send, options);
  return watch;
}

function applyFault(
  response: ServerResponse,
  watch: FakeWatch,
  send: (event: WatchEvent) => void,
  { objects, collection, fault }: FakeWatchOptions,
): void {
  switch (fault?.kind) {
    case "reset":
      return watch.reset();
    case "end":
      return watch.end();
    case "truncate":
      response.write('{"type":"ADDED","object":{"metad');
      return watch.end();
    case "garbage":
      response.write("this is no JSON\n");
      return;
    case "error-event": {
      const { code, reason } = fault;
      const status = { kind: "Status", status: "Failure", code, reason, message: "as told" };
      send({ type: "ERROR", object: status });
      return watch.end();
    }
    case "replay":
      for (const event of objects.journal(collection, 0)) send(event);
      return;
    default:
      return;
  }
}
