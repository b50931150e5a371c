/**
 * Objects, lists and events in the form that the client asked for.
 *
 * @module
 */

import type { JsonObject, ListPage, WatchEvent } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { ServedResource } from "../api_server.ts";
import { metadataOnly } from "./metadata_only.ts";
import type { Representation } from "./negotiate.ts";
import { asListed } from "../list_items.ts";
import { badRequest } from "../refusals.ts";
import { columnsOf, type IncludeObject, tableOf } from "./table.ts";

/** Makes what goes over the wire. */
export interface Representer {
  object(object: JsonObject): JsonObject;
  list(page: ListPage): JsonObject;
  event(event: WatchEvent): WatchEvent;
}

/** Creates the {@link Representer} of one request; `now` is read for ages, since the Unix epoch. */
export function createRepresenter(
  served: ServedResource,
  form: Representation,
  search: URLSearchParams,
  now: () => number,
): Representer {
  switch (form) {
    case "object":
      return plain(served);
    case "metadata":
      return metadataAlone();
    case "table":
      return table(served, includeObject(search), now);
  }
}

function plain({ resource }: ServedResource): Representer {
  const apiVersion = resource.group === ""
    ? resource.version
    : `${resource.group}/${resource.version}`;
  return {
    object: (object) => object,
    list: (page) => ({
      kind: `${resource.kind}List`,
      apiVersion,
      metadata: listMetadata(page),
      items: asListed(resource, page).items,
    }),
    event: (event) => event,
  };
}

function metadataAlone(): Representer {
  return {
    object: metadataOnly,
    list: (page) => ({
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: listMetadata(page),
      items: page.items.map(metadataOnly),
    }),
    event: (event) => changeObject(event, metadataOnly),
  };
}

function table(
  served: ServedResource,
  include: IncludeObject,
  now: () => number,
): Representer {
  const columns = columnsOf(served);
  let isFirst = true;
  function single(object: JsonObject, withColumns: boolean): JsonObject {
    const options = { nowMs: now(), includeObject: include, withColumns };
    const { resourceVersion } = isJsonObject(object["metadata"]) ? object["metadata"] : {};
    return tableOf(columns, [object], { resourceVersion }, options);
  }
  return {
    object: (object) => single(object, true),
    list: (page) =>
      tableOf(columns, page.items, listMetadata(page), { nowMs: now(), includeObject: include }),
    event(event): WatchEvent {
      return changeObject(event, (object) => {
        const withColumns = isFirst;
        isFirst = false;
        return single(object, withColumns);
      });
    },
  };
}

/** The Status of an `ERROR` is the same in every form. */
function changeObject(event: WatchEvent, change: (object: JsonObject) => JsonObject): WatchEvent {
  return event.type === "ERROR" ? event : { type: event.type, object: change(event.object) };
}

function listMetadata(page: ListPage): JsonObject {
  return { resourceVersion: page.resourceVersion, continue: page.continue };
}

function includeObject(search: URLSearchParams): IncludeObject {
  const value = search.get("includeObject") || "Metadata";
  if (value === "Metadata" || value === "Object" || value === "None") return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}
