/**
 * The operator's caches: clusters with their pods and claims, kept up to date by watches.
 *
 * @module
 */

import type { JsonObject, Resource, WatchEvent } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { CLUSTER_KIND } from "../../lib/policy/operator_names.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { CLUSTERS, OPERATOR_USER } from "./names.ts";
import { objectsAt, textAt } from "./read_json.ts";

/** Watches are begun anew after as long as those of controller-runtime at most. */
const WATCH_TIMEOUT_SECONDS = 600;

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

type Keep = (known: KnownCluster, name: string, object: JsonObject | undefined) => void;

/** Starts to watch. */
export function observeObjects(server: ApiServer): ObservedObjects {
  const clusters = new Map<string, KnownCluster>();

  function follow(resource: Resource, keyOf: (object: JsonObject) => string, keep: Keep): void {
    function take({ type, object }: WatchEvent): void {
      if (type === "BOOKMARK" || type === "ERROR") return;
      const key = keyOf(object);
      const known = clusters.get(key) ?? unknownCluster();
      clusters.set(key, known);
      keep(
        known,
        textAt(object, "metadata", "name") ?? "",
        type === "DELETED" ? undefined : object,
      );
      known.changed = true;
      if (isEmpty(known)) clusters.delete(key);
    }
    function begin(resourceVersion: string | undefined): void {
      let version = resourceVersion;
      server.watch(resource, {
        timeoutSeconds: WATCH_TIMEOUT_SECONDS,
        ...(version === undefined ? { sendInitialEvents: true } : { resourceVersion: version }),
      }, {
        deliver(event): void {
          version = event.type === "ERROR"
            ? undefined
            : textAt(event.object, "metadata", "resourceVersion") ?? version;
          take(event);
        },
        end: () => begin(version),
      }, { user: OPERATOR_USER });
    }
    begin(undefined);
  }

  follow(CLUSTERS, uidOf, (known, _name, object) => {
    known.cluster = object;
  });
  follow(POD, ownerUidOf, (known, name, object) => keepIn(known.pods, name, object));
  follow(
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
