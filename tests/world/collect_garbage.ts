/**
 * Kubernetes' garbage collector, for what was written after its owner was gone.
 *
 * The simulated API server removes the dependents of what is deleted, at that moment. Somebody whose watch is
 * late may write another one afterwards; the real collector finds that its owner does not exist.
 *
 * @module
 */

import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS } from "../../controller/observe/resources.ts";
import { readMetadata } from "../../controller/observe/metadata.ts";
import { parseClusterStorage } from "../../lib/cluster_storage/mod.ts";
import { parseStorageEvent } from "../../lib/event/parse_storage_event.ts";
import type { World } from "../../sim/mod.ts";

const COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector";

/** Within so long the real one has noticed. */
const INTERVAL_MS = 60_000;

/** Starts to collect ClusterStorages and StorageEvents whose Cluster does not exist. */
export function startGarbageCollector({ server, clock, onStep }: World): void {
  onStep(() => {
    if (clock.monotonic() % INTERVAL_MS !== 0) return;
    const living = new Set(
      server.all(CLUSTERS).map((object) => readMetadata(CLUSTERS.kind, object).record.uid),
    );
    for (const object of server.all(CLUSTER_STORAGES)) {
      const parsed = parseClusterStorage(object);
      if (parsed.kind === "invalid") continue;
      const { clusterUid, namespace, name } = parsed.clusterStorage;
      if (clusterUid === undefined || living.has(clusterUid)) continue;
      server.delete(CLUSTER_STORAGES, { namespace, name }, { user: COLLECTOR });
    }
    for (const object of server.all(STORAGE_EVENTS)) {
      const parsed = parseStorageEvent(object);
      if (parsed.kind === "invalid") continue;
      const { event: { name }, cluster: { uid, namespace } } = parsed;
      if (uid === undefined || living.has(uid)) continue;
      server.delete(STORAGE_EVENTS, { namespace, name }, { user: COLLECTOR });
    }
  });
}
