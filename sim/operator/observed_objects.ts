/**
 * The operator's caches: clusters with their pods and claims, kept up to date by watches.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { CLUSTER_KIND } from "../../lib/policy/operator_names.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { follow } from "../component/follow.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import { CLUSTERS, OPERATOR_USER } from "./names.ts";

/** Everything that is known of one cluster. */
export interface KnownCluster {
  cluster: JsonObject | undefined;
  readonly pods: Map<string, JsonObject>;
  readonly claims: Map<string, JsonObject>;
  /** Something changed since the operator looked last. */
  changed: boolean;
}

/** Clusters by the uid that their pods and claims name as their owner. */
export interface ObservedObjects {
  readonly clusters: ReadonlyMap<string, KnownCluster>;
}

type Put = (known: KnownCluster, name: string, object: JsonObject | undefined) => void;

/** Starts to watch. */
export function observeObjects(server: ApiServer): ObservedObjects {
  const clusters = new Map<string, KnownCluster>();

  function keep(resource: Resource, keyOf: (object: JsonObject) => string, put: Put): void {
    follow(server, resource, OPERATOR_USER, ({ type, object }) => {
      const key = keyOf(object);
      const known = clusters.get(key) ?? unknownCluster();
      clusters.set(key, known);
      put(known, textAt(object, "metadata", "name") ?? "", type === "DELETED" ? undefined : object);
      known.changed = true;
      if (isEmpty(known)) clusters.delete(key);
    });
  }

  keep(CLUSTERS, uidOf, (known, _name, object) => {
    known.cluster = object;
  });
  keep(POD, ownerUidOf, (known, name, object) => keepIn(known.pods, name, object));
  keep(
    PERSISTENT_VOLUME_CLAIM,
    ownerUidOf,
    (known, name, object) => keepIn(known.claims, name, object),
  );
  return { clusters };
}

function unknownCluster(): KnownCluster {
  return { cluster: undefined, pods: new Map(), claims: new Map(), changed: true };
}

function isEmpty({ cluster, pods, claims }: KnownCluster): boolean {
  return cluster === undefined && pods.size === 0 && claims.size === 0;
}

function keepIn(
  objects: Map<string, JsonObject>,
  name: string,
  object: JsonObject | undefined,
): void {
  if (object === undefined) objects.delete(name);
  else objects.set(name, object);
}

function uidOf(object: JsonObject): string {
  return textAt(object, "metadata", "uid") ?? "";
}

/** Pods and claims that no Cluster controls are kept together under no uid, where nobody looks. */
function ownerUidOf(object: JsonObject): string {
  const owner = objectsAt(object, "metadata", "ownerReferences")
    .find(({ kind, controller }) => kind === CLUSTER_KIND && controller === true);
  return owner === undefined ? "" : textAt(owner, "uid") ?? "";
}
