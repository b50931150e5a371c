/**
 * The pictures of everything that the controller watches.
 *
 * @module
 */

import type { KubeApi, Resource } from "../../kube/api.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import type { Change } from "../../kube/object_cache.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../kube/resources.ts";
import type { ReflectorOptions } from "../../kube/reflector.ts";
import type { ClusterStorage } from "../../lib/cluster_storage/mod.ts";
import type { StoragePolicy } from "../../lib/policy/storage_policy.ts";
import { type ClaimRecord, projectClaim } from "./project_claim.ts";
import { type ClusterRecord, projectCluster } from "./project_cluster.ts";
import {
  type EventRecord,
  projectClusterStorage,
  projectEvent,
  projectPolicy,
} from "./project_custom.ts";
import { type PodRecord, projectPod } from "./project_pod.ts";
import { projectStorageClass, type StorageClassRecord } from "./project_storage_class.ts";
import {
  CLUSTER_CLAIM_SELECTOR,
  CLUSTER_STORAGES,
  CLUSTERS,
  INSTANCE_POD_SELECTOR,
  STORAGE_EVENTS,
  STORAGE_POLICIES,
} from "./resources.ts";
import { createScopedReflector, type Picture, type ScopedReflector } from "./scoped_reflector.ts";

/** What reflectors need. */
export interface PictureOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Namespaces that are watched; none: all of them. */
  readonly watchNamespaces: readonly string[];
}

/** Who is told of differences, kind by kind. */
export interface ChangeHandlers {
  cluster(change: Change<ClusterRecord>): void;
  pod(change: Change<PodRecord>): void;
  claim(change: Change<ClaimRecord>): void;
  storageClass(change: Change<StorageClassRecord>): void;
  policy(change: Change<StoragePolicy>): void;
  event(change: Change<EventRecord>): void;
  clusterStorage(change: Change<ClusterStorage>): void;
}

/** Every picture by its kind. */
export interface Pictures {
  readonly clusters: ScopedReflector<ClusterRecord>;
  readonly pods: ScopedReflector<PodRecord>;
  readonly claims: ScopedReflector<ClaimRecord>;
  readonly storageClasses: ScopedReflector<StorageClassRecord>;
  readonly policies: ScopedReflector<StoragePolicy>;
  readonly events: ScopedReflector<EventRecord>;
  readonly clusterStorages: ScopedReflector<ClusterStorage>;
}

/** Creates pictures that show nothing yet. */
export function createPictures(options: PictureOptions, handlers: ChangeHandlers): Pictures {
  const { api, clock, random, log, watchNamespaces: namespaces } = options;

  function picture<T>(
    resource: Resource,
    project: ReflectorOptions<T>["project"],
    onChange: (change: Change<T>) => void,
    labelSelector?: string,
  ): ScopedReflector<T> {
    return createScopedReflector({
      api,
      clock,
      random,
      log,
      namespaces,
      resource,
      project,
      onChange,
      labelSelector,
    });
  }

  return {
    clusters: picture(CLUSTERS, projectCluster, handlers.cluster),
    pods: picture(POD, projectPod, handlers.pod, INSTANCE_POD_SELECTOR),
    claims: picture(PERSISTENT_VOLUME_CLAIM, projectClaim, handlers.claim, CLUSTER_CLAIM_SELECTOR),
    storageClasses: picture(STORAGE_CLASS, projectStorageClass, handlers.storageClass),
    policies: picture(STORAGE_POLICIES, projectPolicy, handlers.policy),
    events: picture(STORAGE_EVENTS, projectEvent, handlers.event),
    clusterStorages: picture(CLUSTER_STORAGES, projectClusterStorage, handlers.clusterStorage),
  };
}

/** All pictures, for what concerns them all. */
export function allPictures(pictures: Pictures): readonly Picture[] {
  return [
    pictures.clusters,
    pictures.pods,
    pictures.claims,
    pictures.storageClasses,
    pictures.policies,
    pictures.events,
    pictures.clusterStorages,
  ];
}
