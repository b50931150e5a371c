/**
 * Puts the simulated API server together.
 *
 * @module
 */

import type { JsonObject, ListPage, ObjectName, Resource } from "../../kube/api.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import type { Admission, ApiServer, RequestOptions, ServedResource } from "./api_server.ts";
import { type Audit, type AuditedRequest, createAudit } from "./audit.ts";
import { type Backend, servedKey, servedResource, storedObject } from "./backend.ts";
import { answerCreate } from "./answer_create.ts";
import { createGarbageCollector } from "./garbage_collector.ts";
import { copyObject } from "./json_value.ts";
import { listPage } from "./listing.ts";
import { metadataText } from "./metadata.ts";
import { createObjectStore } from "./object_store.ts";
import { patchObject } from "./patch_object.ts";
import { createTokenBook } from "./token_book.ts";
import { createWatchHub, type WatchHub } from "./watch_hub.ts";
import { deleteObject, replaceObject } from "./write_verbs.ts";

/** What a server is made of. */
export interface ApiServerParts {
  readonly resources: readonly ServedResource[];
  /** Asked in this order about every write, once it is prepared. */
  readonly admissions: readonly Admission[];
  readonly clock: Pick<Clock, "now">;
  /** Draws uids, generated names and tokens. */
  readonly random: Random;
}

/** Creates a server that holds nothing. */
export function createApiServer(parts: ApiServerParts): ApiServer {
  const { resources, admissions, clock, random } = parts;
  const collector = createGarbageCollector();
  const store = createObjectStore((resource, change) => {
    hub.publish(resource, change);
    collector.note(resource, change);
  });
  const hub = createWatchHub(store);
  const tokens = createTokenBook(clock, random);
  const served = new Map(resources.map((entry) => [servedKey(entry.resource), entry]));
  const backend: Backend = { served, admissions, store, tokens, clock, random };
  const audit = createAudit(store, clock);
  return {
    resources,
    find: store.find,
    all: store.all,
    ...readVerbs(backend, hub, audit),
    ...writeVerbs(backend, audit),
    step(nowMs): void {
      collector.collect(backend);
      hub.step(nowMs);
    },
    compact: store.compact,
    restart(): void {
      store.compact();
      hub.endAll();
    },
    issueToken: tokens.issue,
    identify: tokens.identify,
    audit: audit.listen,
  };
}

function readVerbs(
  backend: Backend,
  hub: WatchHub,
  audit: Audit,
): Pick<ApiServer, "get" | "list" | "watch"> {
  const { store, clock } = backend;
  return {
    get(resource, name, options): JsonObject {
      return audit.read(requestOf("get", resource, name, options), () => {
        servedResource(backend, resource);
        return storedObject(backend, resource, name);
      });
    },
    list(resource, query, options): ListPage {
      const name = { namespace: query.namespace, name: "" };
      return audit.read(requestOf("list", resource, name, options), () => {
        servedResource(backend, resource);
        return listPage(store, resource, query);
      });
    },
    watch(resource, query, sink, options): () => void {
      const name = { namespace: query.namespace, name: "" };
      return audit.read(requestOf("watch", resource, name, options), () => {
        servedResource(backend, resource);
        return hub.open(resource, query, sink, clock.now());
      });
    },
  };
}

function writeVerbs(
  backend: Backend,
  audit: Audit,
): Pick<ApiServer, "create" | "patch" | "replace" | "delete"> {
  const { store } = backend;
  return {
    create(resource, object, options): JsonObject {
      const { namespace, name = metadataText(object, "name") } = options;
      return audit.write(
        requestOf("create", resource, { namespace, name }, options),
        () => answerCreate(backend, resource, copyObject(object), options),
      );
    },
    patch(resource, name, patch, options): JsonObject {
      return audit.write(
        { ...requestOf("patch", resource, name, options), patch },
        () => patchObject(backend, resource, name, patch, options),
      );
    },
    replace(resource, name, object, options): JsonObject {
      return audit.write(
        requestOf("update", resource, name, options),
        () => replaceObject(backend, resource, name, copyObject(object), options),
      );
    },
    delete(resource, name, options): void {
      audit.write(requestOf("delete", resource, name, options), () => {
        deleteObject(backend, resource, name, options);
        return store.find(resource, name);
      });
    },
  };
}

function requestOf(
  verb: AuditedRequest["verb"],
  resource: Resource,
  name: ObjectName,
  { user, subresource, fieldManager, dryRun }: RequestOptions,
): AuditedRequest {
  return { verb, resource, name, user, subresource, fieldManager, dryRun: dryRun === true };
}
