/**
 * A cluster at the end of its world, as those see it who judge.
 *
 * @module
 */

import type { Announcement } from "../../../controller/act/announce.ts";
import { type ClaimRecord, projectClaim } from "../../../controller/observe/project_claim.ts";
import { projectPod } from "../../../controller/observe/project_pod.ts";
import type { ClusterRecord } from "../../../controller/observe/project_cluster.ts";
import { CLUSTER_STORAGES } from "../../../controller/observe/resources.ts";
import type { JsonObject } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../../kube/resources.ts";
import { type ClusterStorage, parseClusterStorage } from "../../../lib/cluster_storage/mod.ts";
import type { Event } from "../../../lib/event/event.ts";
import type { StoredObjects } from "../../../sim/api_server/api_server.ts";
import type { SimulatedInstance, SimulatedVolume } from "../../../sim/mod.ts";
import type { ClusterTruth } from "../truth.ts";
import type { Violation } from "./violation.ts";

/** A cluster, and all that is known of it. */
export interface ClusterEnd {
  readonly server: StoredObjects;
  readonly truth: ClusterTruth;
  readonly record: ClusterRecord;
  /** In the order of their creation. */
  readonly events: readonly Event[];
  /** Warnings about it and its claims. */
  readonly told: readonly Announcement[];
  readonly nowMs: number;
}

/** A volume with its claim. */
export interface VolumeEnd {
  readonly instance: SimulatedInstance;
  readonly volume: SimulatedVolume;
  readonly claim: ClaimRecord;
  readonly podRuns: boolean;
}

const GONE = { phase: "Gone", deleting: true } as const;

/** The volumes whose claims exist. */
export function volumesOf({ server, truth: { cluster } }: ClusterEnd): readonly VolumeEnd[] {
  const { namespace } = cluster;
  return cluster.instances.flatMap((instance) => {
    const pod = server.find(POD, { namespace, name: instance.name });
    const { phase, deleting } = pod === undefined ? GONE : projectPod(pod);
    const podRuns = phase === "Running" && !deleting;
    return instance.volumes.flatMap((volume): VolumeEnd[] => {
      const claim = server.find(PERSISTENT_VOLUME_CLAIM, { namespace, name: volume.claimName });
      return claim === undefined ? [] : [{ instance, volume, claim: projectClaim(claim), podRuns }];
    });
  });
}

/** What the manager says of the cluster. */
export function pictureOf({ server, record }: ClusterEnd): ClusterStorage | undefined {
  const { namespace, name } = record;
  const object = server.find(CLUSTER_STORAGES, { namespace, name });
  return object && pictureIn(object);
}

/** What a ClusterStorage says; undefined where it cannot be read. */
export function pictureIn(object: JsonObject): ClusterStorage | undefined {
  const parsed = parseClusterStorage(object);
  return parsed.kind === "invalid" ? undefined : parsed.clusterStorage;
}

/** A promise that is not kept at the end. */
export function unkept({ record, nowMs }: ClusterEnd, promise: string, detail: string): Violation {
  return { atMs: nowMs, promise, detail: `${record.namespace}/${record.name}: ${detail}` };
}
