/**
 * The simulated API server: what it serves and how its verbs behave, before any transport.
 *
 * Every verb is synchronous, so that the parts of the world (operator, resizer, kubelet) act within one step
 * of simulated time. `connect_api.ts` makes the asynchronous KubeApi port of it, `serve_http.ts` a real
 * server; both may let calls fail as a fault plan says.
 *
 * @module
 */

import type {
  ApiError,
  JsonObject,
  ListPage,
  ListQuery,
  ObjectName,
  Patch,
  Resource,
  WatchEvent,
  WatchQuery,
} from "../../kube/api.ts";

/** A column of `kubectl get`, as a CustomResourceDefinition declares it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  /** Columns above 0 show in `-o wide` only. */
  readonly priority: number;
}

/** A kind that the server stores. */
export interface ServedResource {
  readonly resource: Resource;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Whether `status` is written through its subresource alone. */
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts changes of everything but metadata and status. */
  readonly countsGenerations: boolean;
  readonly printerColumns: readonly PrinterColumn[];
  /**
   * Prunes, fills in defaults and validates what is about to be stored; absent where any object will do.
   *
   * @throws {ApiError} 422 `Invalid`, naming every field that is wrong.
   */
  readonly prepare?:
    | ((object: JsonObject, previous: JsonObject | undefined) => JsonObject)
    | undefined;
  /** Paths of the fields that `prepare` would prune, for `fieldValidation=Strict` and `Warn`. */
  readonly unknownFields?: ((object: JsonObject) => readonly string[]) | undefined;
}

/** Reads what is stored, unseen by the audit. */
export interface StoredObjects {
  find(resource: Resource, name: ObjectName): JsonObject | undefined;
  all(resource: Resource): readonly JsonObject[];
}

/** A write that is about to be stored. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly resource: Resource;
  readonly name: ObjectName;
  readonly subresource?: string | undefined;
  /** Absent for DELETE. */
  readonly object?: JsonObject | undefined;
  /** Absent for CREATE. */
  readonly previous?: JsonObject | undefined;
  readonly user: string;
  readonly dryRun: boolean;
}

/** Refuses a write by throwing {@link ApiError}, or lets it pass. */
export type Admission = (request: AdmissionRequest, objects: StoredObjects) => void;

/** What a bearer token proves, as a TokenReview tells it. */
export interface TokenIdentity {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly audiences: readonly string[];
  readonly expiresAtMs: number;
  /** For the token of a pod's ServiceAccount: the pod it is bound to. */
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
}

/** One request that was served, for those who judge the product by what it asked for. */
export interface AuditRecord {
  readonly atMs: number;
  readonly user: string;
  readonly verb: "get" | "list" | "watch" | "create" | "patch" | "update" | "delete";
  readonly resource: Resource;
  /** The name is empty for lists and watches. */
  readonly name: ObjectName;
  readonly subresource?: string | undefined;
  readonly dryRun: boolean;
  readonly fieldManager?: string | undefined;
  readonly patch?: Patch | undefined;
  /** The object before a write. */
  readonly before?: JsonObject | undefined;
  /** The object after a write. */
  readonly after?: JsonObject | undefined;
  /** Why the request was refused. */
  readonly error?: ApiError | undefined;
}

/** Who asks, and how a write is meant. */
export interface RequestOptions {
  readonly user: string;
  readonly fieldManager?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly subresource?: string | undefined;
}

/** Where a watch delivers. */
export interface WatchSink {
  deliver(event: WatchEvent): void;
  /** The server ended the watch: its time is over, or an `ERROR` was delivered. */
  end(): void;
}

/** The server. Every verb throws {@link ApiError} when it refuses. */
export interface ApiServer extends StoredObjects {
  readonly resources: readonly ServedResource[];
  get(resource: Resource, name: ObjectName, options: RequestOptions): JsonObject;
  list(resource: Resource, query: ListQuery, options: RequestOptions): ListPage;
  create(
    resource: Resource,
    object: JsonObject,
    options: RequestOptions & {
      readonly namespace?: string | undefined;
      readonly name?: string | undefined;
    },
  ): JsonObject;
  patch(resource: Resource, name: ObjectName, patch: Patch, options: RequestOptions): JsonObject;
  replace(
    resource: Resource,
    name: ObjectName,
    object: JsonObject,
    options: RequestOptions,
  ): JsonObject;
  delete(
    resource: Resource,
    name: ObjectName,
    options: RequestOptions & {
      readonly uid?: string | undefined;
      readonly resourceVersion?: string | undefined;
    },
  ): void;
  /** Starts a watch, and gives what ends it. Initial events are delivered before this returns. */
  watch(
    resource: Resource,
    query: WatchQuery,
    sink: WatchSink,
    options: RequestOptions,
  ): () => void;
  /**
   * Removes what was created for owners that are gone, delivers due bookmarks and ends watches whose time is
   * over; the world calls it at every step.
   */
  step(nowMs: number): void;
  /** Forgets the history of changes: whoever continues from an older resourceVersion is told 410. */
  compact(): void;
  /** What clients see of a server that starts anew: every watch ends, and the history is forgotten. */
  restart(): void;
  /** A token that TokenReview accepts until it expires; it looks like a JWT and proves nothing by itself. */
  issueToken(identity: TokenIdentity): string;
  /** Whose token this is; undefined where it is unknown or has expired. */
  identify(token: string): TokenIdentity | undefined;
  /** Calls back for every request until the returned function is called. */
  audit(listener: (record: AuditRecord) => void): () => void;
}
