/**
 * All groups, versions and kinds in one document (`apidiscovery.k8s.io/v2`).
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import type { ServedResource } from "../api_server.ts";
import { kindsOf, subresourceVerbs, verbsOf, versionsOf } from "./api_groups.ts";
import { subresourcesOf } from "./route.ts";

/** Describes `groups`, the core group being the empty string. */
export function aggregatedDiscovery(
  groups: readonly string[],
  resources: readonly ServedResource[],
): JsonObject {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: { name: group },
      versions: versionsOf(group, resources).map((version) => ({
        version,
        resources: kindsOf(group, version, resources).map(describe),
        freshness: "Current",
      })),
    })),
  };
}

function describe(served: ServedResource): JsonObject {
  const { group, version, kind, plural, namespaced } = served.resource;
  const responseKind = { group, version, kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: served.singular,
    verbs: verbsOf(served.resource),
    shortNames: served.shortNames,
    categories: served.categories,
    subresources: subresourcesOf(served).map((subresource) => ({
      subresource,
      responseKind,
      verbs: subresourceVerbs(subresource),
    })),
  };
}
