/**
 * The KubeApi port over HTTP.
 *
 * @module
 */

import type {
  CallOptions,
  JsonObject,
  KubeApi,
  ListPage,
  ListQuery,
  ObjectName,
  Patch,
  Resource,
  WatchEvent,
  WatchQuery,
  WriteOptions,
} from "./api.ts";
import type { Clock, Random } from "./clock.ts";
import { type Connection, parseServer, type ReadTextFile } from "./connection.ts";
import { createDenoTransport } from "./deno_transport.ts";
import { type ApiRequest, createExchange } from "./exchange.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { parseListPage } from "./list_page.ts";
import { listParameters, objectPath, resourcePath } from "./request_path.ts";
import { watchParameters, writeParameters } from "./request_path.ts";
import { carriesResourceVersion, isIdempotentPatch, withRetries } from "./retry.ts";
import { createTokenReader } from "./token_reader.ts";
import type { Transport } from "./transport.ts";
import { readWatchEvents } from "./watch_stream.ts";

/** What the client takes from the outside. */
export interface FetchApiDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** Reads token and CA files: `Deno.readTextFile`. */
  readonly readTextFile: ReadTextFile;
  /** Sent with every request and shown in audit logs. */
  readonly userAgent: string;
  /** @default {createLimiter({ clock })} */
  readonly limiter?: Limiter | undefined;
  /** @default {createDenoTransport(connection, …)} */
  readonly transport?: Transport | undefined;
}

/** A {@link KubeApi} that holds connections. */
export interface FetchApi extends KubeApi {
  /** Ends every call under way and closes the connections. */
  close(): void;
}

/** Content types of patches; Kubernetes reads JSON where it says YAML. */
const PATCH_TYPES: Readonly<Record<Patch["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

type Call = (
  request: ApiRequest,
  options: CallOptions,
  idempotent: boolean,
) => Promise<JsonObject>;

/**
 * Creates a client for the API server of `connection`.
 *
 * Sent again after 429, 502, 503, 504 and broken connections are reads, and writes that do no more when
 * they happen twice: an apply, patches and replacements that name a resourceVersion, deletions that name a
 * uid or resourceVersion. Such a write whose answer was lost ends as a Conflict (or NotFound) although it
 * took effect: read again before drawing conclusions. No message holds a token, a header or a body.
 *
 * @throws {TypeError} if the connection's address cannot be used.
 */
export function createFetchApi(
  connection: Connection,
  dependencies: FetchApiDependencies,
): FetchApi {
  const { clock, random, readTextFile } = dependencies;
  const closing = new AbortController();
  const transport = dependencies.transport ??
    createDenoTransport(connection, { clock, readTextFile });
  const exchange = createExchange({
    server: parseServer(connection),
    userAgent: dependencies.userAgent,
    clock,
    limiter: dependencies.limiter ?? createLimiter({ clock }),
    token: createTokenReader(connection.token, { clock, readTextFile }),
    transport,
    lifetime: closing.signal,
  });
  async function call(
    request: ApiRequest,
    options: CallOptions,
    idempotent: boolean,
  ): Promise<JsonObject> {
    if (!idempotent) return await exchange.call(request, options);
    const attempt = () => exchange.call(request, options);
    return await withRetries(attempt, { clock, random }, options.signal);
  }
  return {
    ...readMethods(call),
    ...writeMethods(call),
    watch(resource: Resource, query: WatchQuery, options = {}): AsyncIterable<WatchEvent> {
      const path = resourcePath(resource, { namespace: query.namespace });
      const request = { method: "GET", path, search: watchParameters(query) } as const;
      return readWatchEvents(exchange.stream(request, options));
    },
    close(): void {
      closing.abort(new Error("Cannot call the API server: the client is closed"));
      transport.close();
    },
  };
}

function readMethods(call: Call): Pick<KubeApi, "get" | "list"> {
  return {
    async get(resource: Resource, name: ObjectName, options = {}): Promise<JsonObject> {
      return await call({ method: "GET", path: objectPath(resource, name) }, options, true);
    },
    async list(resource: Resource, query: ListQuery, options = {}): Promise<ListPage> {
      const path = resourcePath(resource, { namespace: query.namespace });
      return parseListPage(
        await call({ method: "GET", path, search: listParameters(query) }, options, true),
        path,
      );
    },
  };
}

function writeMethods(call: Call): Pick<KubeApi, "create" | "patch" | "replace" | "delete"> {
  return {
    async create(resource: Resource, object: JsonObject, options = {}): Promise<JsonObject> {
      const path = resourcePath(resource, options);
      const search = writeParameters(options);
      return await call({ method: "POST", path, search, body: object }, options, false);
    },
    async patch(
      resource: Resource,
      name: ObjectName,
      patch: Patch,
      options: WriteOptions = {},
    ): Promise<JsonObject> {
      return await call(
        patchRequest(resource, name, patch, options),
        options,
        isIdempotentPatch(patch),
      );
    },
    async replace(
      resource: Resource,
      name: ObjectName,
      object: JsonObject,
      options: WriteOptions = {},
    ): Promise<JsonObject> {
      const path = objectPath(resource, { ...name, subresource: options.subresource });
      const search = writeParameters(options);
      const idempotent = carriesResourceVersion(object);
      return await call({ method: "PUT", path, search, body: object }, options, idempotent);
    },
    async delete(resource: Resource, name: ObjectName, options = {}): Promise<void> {
      const { uid, resourceVersion } = options;
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        preconditions: { uid, resourceVersion },
      };
      const idempotent = uid !== undefined || resourceVersion !== undefined;
      const path = objectPath(resource, name);
      await call({ method: "DELETE", path, body }, options, idempotent);
    },
  };
}

function patchRequest(
  resource: Resource,
  name: ObjectName,
  patch: Patch,
  options: WriteOptions,
): ApiRequest {
  if (patch.type === "apply" && options.fieldManager === undefined) {
    throw new TypeError(`Cannot apply to ${resource.plural}: expected a fieldManager, found none`);
  }
  return {
    method: "PATCH",
    path: objectPath(resource, { ...name, subresource: options.subresource }),
    search: writeParameters(options, patch.type === "apply" ? patch.force : undefined),
    contentType: PATCH_TYPES[patch.type],
    body: patch.body,
  };
}
