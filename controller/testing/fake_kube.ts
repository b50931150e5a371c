/**
 * An API server in memory: objects, patches, optimistic locks, the status subresource, dry runs, and a
 * switch that lets any call fail before or after it took effect.
 *
 * @module
 */

import {
  ApiError,
  type JsonObject,
  type KubeApi,
  type ListPage,
  type ListQuery,
  type ObjectName,
  type Patch,
  type Resource,
  type WriteOptions,
} from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { jsonPatch } from "../../sim/api_server/json_patch.ts";
import { mergeObject } from "../../sim/api_server/merge_patch.ts";

/** A call as it reached the server. */
export interface FakeCall {
  readonly verb: "get" | "list" | "create" | "patch" | "delete";
  readonly resource: Resource;
  readonly name: string;
  readonly patch?: Patch | undefined;
  readonly options: WriteOptions;
}

/** How a call fails. `after`: it takes effect, and the answer is lost. */
export interface FakeFault {
  readonly when: "before" | "after";
  readonly error: Error;
}

/** Says whether a call fails. */
export type FaultRule = (call: FakeCall) => FakeFault | undefined;

/** Validation that runs before an object is stored; throws to refuse. */
export type Admission = (
  resource: Resource,
  next: JsonObject,
  previous: JsonObject | undefined,
  dryRun: boolean,
) => void;

/** The part of the port that is served, and what tests look at. */
export interface FakeKube extends Pick<KubeApi, "get" | "list" | "create" | "patch" | "delete"> {
  readonly calls: readonly FakeCall[];
  /** Stores an object as if another client had written it; gives it uid and resourceVersion. */
  put(resource: Resource, object: JsonObject): JsonObject;
  peek(resource: Resource, name: ObjectName): JsonObject | undefined;
  all(resource: Resource): readonly JsonObject[];
  failWhen(rule: FaultRule): void;
  admitWith(admission: Admission): void;
}

/** Kinds whose status only changes through the subresource. */
const KINDS_WITH_STATUS = new Set(["StorageEvent", "StoragePolicy", "ClusterStorage", "Cluster"]);

/** Fixed, because no test of ours depends on the age of an object that the server stamped. */
const CREATED_AT = "2026-01-01T00:00:00Z";

/** Creates an empty server. */
export function createFakeKube(): FakeKube {
  const store = createStore();
  const calls: FakeCall[] = [];
  let rule: FaultRule = () => undefined;
  let admission: Admission = () => undefined;

  async function served<Result>(call: FakeCall, work: () => Result): Promise<Result> {
    call.options.signal?.throwIfAborted();
    calls.push(call);
    const fault = rule(call);
    await Promise.resolve();
    if (fault?.when === "before") throw fault.error;
    const result = work();
    if (fault !== undefined) throw fault.error;
    return result;
  }

  return {
    calls,
    put: (resource, object) => store.put(resource, object, false),
    peek: (resource, name) => store.find(resource, name),
    all: (resource) => store.list(resource, {}),
    failWhen(next: FaultRule): void {
      rule = next;
    },
    admitWith(next: Admission): void {
      admission = next;
    },
    get(resource, name, options = {}): Promise<JsonObject> {
      const call: FakeCall = { verb: "get", resource, name: name.name, options };
      return served(call, () => store.get(resource, name));
    },
    list(resource, query, options = {}): Promise<ListPage> {
      const call: FakeCall = { verb: "list", resource, name: "", options };
      return served(call, () => ({ items: store.list(resource, query), resourceVersion: "1" }));
    },
    create(resource, object, options = {}): Promise<JsonObject> {
      const name = String(metadataOf(object)["name"]);
      return served({ verb: "create", resource, name, options }, () => {
        if (store.find(resource, { namespace: namespaceOf(object), name }) !== undefined) {
          throw failure(409, "AlreadyExists", `${resource.plural} "${name}" already exists`);
        }
        admission(resource, object, undefined, options.dryRun === true);
        const { status: _, ...withoutStatus } = object;
        const kept = KINDS_WITH_STATUS.has(resource.kind) ? withoutStatus : object;
        return store.put(resource, kept, options.dryRun === true);
      });
    },
    patch(resource, name, patch, options = {}): Promise<JsonObject> {
      return served({ verb: "patch", resource, name: name.name, patch, options }, () => {
        const previous = store.get(resource, name);
        const next = selected(resource, previous, patched(previous, patch), options.subresource);
        checkIdentity(previous, next, name);
        admission(resource, next, previous, options.dryRun === true);
        return store.put(resource, next, options.dryRun === true);
      });
    },
    delete(resource, name, options = {}): Promise<void> {
      return served({ verb: "delete", resource, name: name.name, options }, () => {
        const uid = metadataOf(store.get(resource, name))["uid"];
        if (options.uid !== undefined && options.uid !== uid) {
          throw failure(
            409,
            "Conflict",
            `Precondition failed: UID in precondition: ${options.uid}`,
          );
        }
        store.remove(resource, name);
      });
    },
  };
}

interface Store {
  put(resource: Resource, object: JsonObject, dryRun: boolean): JsonObject;
  find(resource: Resource, name: ObjectName): JsonObject | undefined;
  get(resource: Resource, name: ObjectName): JsonObject;
  list(resource: Resource, query: ListQuery): JsonObject[];
  remove(resource: Resource, name: ObjectName): void;
}

function createStore(): Store {
  const objects = new Map<string, JsonObject>();
  let counter = 100;
  return {
    put(resource, object, dryRun): JsonObject {
      counter++;
      const metadata = metadataOf(object);
      const stored: JsonObject = {
        ...object,
        metadata: {
          creationTimestamp: CREATED_AT,
          ...metadata,
          uid: metadata["uid"] ?? `uid-${counter}`,
          resourceVersion: `${counter}`,
        },
      };
      const name = { namespace: namespaceOf(object), name: String(metadata["name"]) };
      if (!dryRun) objects.set(keyOf(resource, name), stored);
      return stored;
    },
    find: (resource, name) => objects.get(keyOf(resource, name)),
    get(resource, name): JsonObject {
      const object = objects.get(keyOf(resource, name));
      if (object !== undefined) return object;
      throw failure(404, "NotFound", `${resource.plural} "${name.name}" not found`);
    },
    list: (resource, query) => listed(objects, resource, query),
    remove(resource, name): void {
      objects.delete(keyOf(resource, name));
    },
  };
}

/** The `metadata` of an object, empty where there is none. */
export function metadataOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  return isJsonObject(metadata) ? metadata : {};
}

/** An {@link ApiError} as the server would answer. */
export function failure(code: number, reason: string, message: string): ApiError {
  return new ApiError(message, { code, reason });
}

function namespaceOf(object: JsonObject): string {
  return String(metadataOf(object)["namespace"] ?? "");
}

function keyOf(resource: Resource, name: ObjectName): string {
  return [resource.group, resource.plural, name.namespace ?? "", name.name].join("|");
}

function listed(
  objects: ReadonlyMap<string, JsonObject>,
  resource: Resource,
  query: ListQuery,
): JsonObject[] {
  const prefix = [resource.group, resource.plural, ""].join("|");
  return [...objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object).filter(
    (object) =>
      (query.namespace ?? namespaceOf(object)) === namespaceOf(object) &&
      matches(object, query.labelSelector),
  );
}

function matches(object: JsonObject, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  const labels = metadataOf(object)["labels"];
  return selector.split(",").every((term) => {
    const [key = "", value] = term.split("=");
    const label = isJsonObject(labels) ? labels[key] : undefined;
    return value === undefined ? label !== undefined : label === value;
  });
}

function patched(previous: JsonObject, patch: Patch): JsonObject {
  return patch.type === "json"
    ? jsonPatch(previous, patch.body)
    : mergeObject(previous, patch.body);
}

function selected(
  resource: Resource,
  previous: JsonObject,
  next: JsonObject,
  subresource: string | undefined,
): JsonObject {
  if (!KINDS_WITH_STATUS.has(resource.kind)) return next;
  if (subresource !== "status") return { ...next, status: previous["status"] };
  const { resourceVersion, uid } = metadataOf(next);
  const metadata = { ...metadataOf(previous), resourceVersion, uid };
  return { ...previous, metadata, status: next["status"] };
}

function checkIdentity(previous: JsonObject, next: JsonObject, name: ObjectName): void {
  const [before, after] = [metadataOf(previous), metadataOf(next)];
  if (before["resourceVersion"] !== after["resourceVersion"]) {
    throw failure(409, "Conflict", `the object "${name.name}" has been modified`);
  }
  if (before["uid"] !== after["uid"]) {
    throw failure(422, "Invalid", `metadata.uid: Invalid value: field is immutable`);
  }
}
