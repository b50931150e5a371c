/**
 * The KubeApi port: everything the product ever asks of a Kubernetes API server.
 *
 * The fetch adapter (`fetch_api.ts`) is one implementation, the simulated API server another; code that
 * takes a `KubeApi` runs against either. Objects cross this port as parsed JSON whose shape is not trusted:
 * the caller projects what it needs (see the `project` functions of the reflector).
 *
 * @module
 */

/** A JSON object as it came from the API server: nothing about its shape is known but that it is an object. */
export type JsonObject = { readonly [key: string]: unknown };

/** Identifies a kind of object at the API server. */
export interface Resource {
  /** API group, the empty string for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural as it stands in the URL, for example `persistentvolumeclaims`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Names one object. `namespace` is absent for cluster-scoped resources. */
export interface ObjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/**
 * Priority lanes of the client-side limiter, most urgent first (DESIGN §11): a Lease renewal never waits
 * behind the PATCH of a volume, and neither it nor the question whose a token is behind anything else.
 */
export type Lane = "lease" | "volume" | "identity" | "default";

/** Options of every call. */
export interface CallOptions {
  /** Ends the call early; a deadline applies besides. */
  readonly signal?: AbortSignal | undefined;
  /** @default {"default"} */
  readonly lane?: Lane | undefined;
  /** Deadline of one try in milliseconds. @default {10_000} */
  readonly deadlineMs?: number | undefined;
}

/** Options of a watch. */
export interface WatchOptions extends CallOptions {
  /** Told once, when the server has accepted the watch: of one that is quiet this is all that is heard. */
  readonly onAccepted?: (() => void) | undefined;
}

/** Options of calls that write. */
export interface WriteOptions extends CallOptions {
  /** Owner recorded in `metadata.managedFields`. */
  readonly fieldManager?: string | undefined;
  /** Server-side dry-run: validation, admission and quota run, nothing is stored. */
  readonly dryRun?: boolean | undefined;
  /** Writes to a subresource, for example `status`. */
  readonly subresource?: string | undefined;
}

/** A patch and its content type. */
export type Patch =
  | { readonly type: "merge"; readonly body: JsonObject }
  | { readonly type: "json"; readonly body: readonly JsonObject[] }
  | { readonly type: "apply"; readonly body: JsonObject; readonly force?: boolean | undefined };

/** What to list or to watch. */
export interface ListQuery {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Page size; absent: one page with everything. */
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan" | undefined;
}

/** One page of a list. */
export interface ListPage {
  readonly items: readonly JsonObject[];
  readonly resourceVersion: string;
  /** Present when more pages follow. */
  readonly continue?: string | undefined;
}

/** What to watch, from where. */
export interface WatchQuery {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Absent together with `sendInitialEvents`: the server sends the present state first (WatchList). */
  readonly resourceVersion?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  /** After so many seconds the server ends the watch by itself. */
  readonly timeoutSeconds: number;
}

/** One line of a watch. `ERROR` carries a Status object; the reflector turns it into an {@link ApiError}. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: JsonObject;
}

/** The port itself. Every method rejects with {@link ApiError} when the server answered with a failure. */
export interface KubeApi {
  get(resource: Resource, name: ObjectName, options?: CallOptions): Promise<JsonObject>;
  list(resource: Resource, query: ListQuery, options?: CallOptions): Promise<ListPage>;
  /**
   * Opens a watch. The iterable ends when the server ends the watch, and throws on a broken connection.
   * Aborting `options.signal` ends it; `options.deadlineMs` bounds only the wait for the response headers.
   */
  watch(resource: Resource, query: WatchQuery, options?: WatchOptions): AsyncIterable<WatchEvent>;
  /** `subresource` on create addresses e.g. `serviceaccounts/NAME/token`; then `name` is required. */
  create(
    resource: Resource,
    object: JsonObject,
    options?: WriteOptions & {
      readonly namespace?: string | undefined;
      readonly name?: string | undefined;
    },
  ): Promise<JsonObject>;
  patch(
    resource: Resource,
    name: ObjectName,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<JsonObject>;
  /** Full replacement, for objects that only we write and that carry their resourceVersion (the Lease). */
  replace(
    resource: Resource,
    name: ObjectName,
    object: JsonObject,
    options?: WriteOptions,
  ): Promise<JsonObject>;
  delete(
    resource: Resource,
    name: ObjectName,
    options?: CallOptions & {
      readonly uid?: string | undefined;
      readonly resourceVersion?: string | undefined;
    },
  ): Promise<void>;
}

/** Fields of an {@link ApiError}. */
export interface ApiErrorFields {
  /** HTTP status code, or the `code` of a Status object in a watch. */
  readonly code: number;
  /** Machine-readable `reason` of the Status object, for example `Conflict`; empty if there was none. */
  readonly reason: string;
  /** What the server asked to wait, from `Retry-After` or `details.retryAfterSeconds`. */
  readonly retryAfterMs?: number | undefined;
}

/** The API server answered, and the answer is a failure. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, fields: ApiErrorFields, options?: ErrorOptions) {
    super(message, options);
    this.code = fields.code;
    this.reason = fields.reason;
    this.retryAfterMs = fields.retryAfterMs;
  }

  /** The resourceVersion that was asked for is gone: list again (410 in any of its forms). */
  get isGone(): boolean {
    return this.code === 410 || this.reason === "Expired" || this.reason === "Gone";
  }

  /** Somebody else wrote first, or the object exists already. */
  get isConflict(): boolean {
    return this.code === 409;
  }

  get isNotFound(): boolean {
    return this.code === 404;
  }

  /**
   * The same request can never succeed as it is: refused by validation, admission, quota or RBAC.
   * 408, 409 and 429 are excluded because waiting or reading again may cure them.
   */
  get isRefusal(): boolean {
    return this.code >= 400 && this.code < 500 && ![408, 409, 429].includes(this.code);
  }
}
