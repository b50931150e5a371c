/**
 * An API server on a loopback port, with switches for what can go wrong between it and a client.
 *
 * It knows nothing of kinds: it stores objects by path, lists, watches, merges patches and counts
 * resourceVersions. It checks no permissions and no schemas.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { mergeObject } from "../../sim/api_server/merge_patch.ts";
import type { JsonObject } from "../api.ts";
import { isJsonObject } from "../json.ts";
import { createFakeObjects, type FakeObjects } from "./fake_objects.ts";
import { type FakeWatch, serveWatch } from "./fake_watch.ts";
import { createFaultQueue, type Fault, type FaultTarget } from "./faults.ts";
import { answer, answerObject, answerStatus } from "./fake_answer.ts";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** The server and its switches. */
export interface FakeApiServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly objects: FakeObjects;
  readonly requests: readonly ReceivedRequest[];
  /** Watches whose client has not left. */
  readonly watches: ReadonlySet<FakeWatch>;
  /** Lets the next request of that sort go wrong. */
  fault(target: FaultTarget, fault: Fault): void;
  /** Whether `sendInitialEvents` is understood. @default {true} */
  watchList: boolean;
}

/** Starts a server with no objects. */
export async function startFakeApiServer(): Promise<FakeApiServer> {
  const objects = createFakeObjects();
  const faults = createFaultQueue();
  const requests: ReceivedRequest[] = [];
  const watches = new Set<FakeWatch>();
  const server = createServer((incoming, response) => {
    receive(incoming).then((request) => {
      requests.push(request);
      const fault = faults.take(sortOf(request));
      serve({ objects, watches, watchList: fake.watchList }, request, response, fault);
    }).catch(() => {}); // A client that leaves while it is being read needs no answer.
  });
  const port = await listen(server);
  const fake: FakeApiServer = {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    watches,
    watchList: true,
    fault: (target, fault) => faults.add(target, fault),
    async [Symbol.asyncDispose](): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return fake;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new TypeError("Cannot start the fake API server: expected a port"));
    });
  });
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = await new Blob(chunks.map((chunk) => chunk.slice())).text();
  const url = new URL(incoming.url ?? "/", "http://fake");
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    search: url.searchParams,
    headers: incoming.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function sortOf(request: ReceivedRequest): "list" | "watch" | "other" {
  if (request.search.get("watch") === "true") return "watch";
  return request.method === "GET" ? "list" : "other";
}

interface World {
  readonly objects: FakeObjects;
  readonly watches: Set<FakeWatch>;
  readonly watchList: boolean;
}

function serve(
  world: World,
  request: ReceivedRequest,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault?.kind === "status") {
    return answerStatus(response, fault.code, fault.reason, fault.retryAfterSeconds);
  }
  if (fault?.kind === "page" || fault?.kind === "redirect") return answer(response, "", fault);
  if (sortOf(request) === "watch") return startWatch(world, request, response, fault);
  if (fault?.kind === "reset" || fault?.kind === "freeze") return answer(response, "", fault);
  const { objects } = world;
  switch (request.method) {
    case "GET":
      return serveRead(objects, request, response, fault);
    case "POST": {
      const object = isJsonObject(request.body) ? request.body : {};
      const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
      const path = `${request.path}/${String(metadata["name"])}`;
      if (objects.get(path) !== undefined) return answerStatus(response, 409, "AlreadyExists");
      return answerObject(response, objects.put(path, object), fault, 201);
    }
    case "DELETE":
      return answerFound(response, objects.remove(request.path), fault);
    default:
      return serveWrite(objects, request, response, fault);
  }
}

function serveRead(
  objects: FakeObjects,
  request: ReceivedRequest,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const object = objects.get(request.path);
  if (object !== undefined) return answerObject(response, object, fault);
  if (!isCollection(request.path)) return answerStatus(response, 404, "NotFound");
  const items = objects.list(request.path);
  const start = Number(request.search.get("continue") ?? 0);
  const limit = Number(request.search.get("limit") ?? items.length);
  const end = start + limit;
  answerObject(response, {
    metadata: {
      resourceVersion: String(objects.resourceVersion),
      ...end < items.length ? { continue: String(end) } : {},
    },
    items: items.slice(start, end),
  }, fault);
}

/** After `/api/v1` or `/apis/GROUP/VERSION` an object has one name more than its collection. */
function isCollection(path: string): boolean {
  return path.replace(/^\/(api|apis\/[^/]+)\/[^/]+\//, "").split("/").length % 2 === 1;
}

function serveWrite(
  objects: FakeObjects,
  request: ReceivedRequest,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const previous = objects.get(request.path) ?? (request.method === "PUT" ? {} : undefined);
  const body = isJsonObject(request.body) ? request.body : {};
  if (previous === undefined) return answerFound(response, undefined, fault);
  const merged = request.method === "PUT" ? body : mergeObject(previous, body);
  answerObject(response, objects.put(request.path, merged), fault);
}

function answerFound(
  response: ServerResponse,
  object: JsonObject | undefined,
  fault: Fault | undefined,
): void {
  if (object === undefined) answerStatus(response, 404, "NotFound");
  else answerObject(response, object, fault);
}

function startWatch(
  { objects, watches, watchList }: World,
  request: ReceivedRequest,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const initial = request.search.get("sendInitialEvents") === "true";
  if (initial && !watchList) return answerStatus(response, 422, "Invalid");
  const watch = serveWatch(response, {
    objects,
    collection: request.path,
    afterVersion: initial ? undefined : Number(request.search.get("resourceVersion")),
    fault,
  });
  watches.add(watch);
  response.on("close", () => watches.delete(watch));
}
