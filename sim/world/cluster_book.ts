/**
 * The clusters of a world: those that it was told to add, and those that users made through the API.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { NAMESPACE, PERSISTENT_VOLUME_CLAIM, POD, SERVICE_ACCOUNT } from "../../kube/resources.ts";
import { CLUSTER_KIND, OPERATOR_GROUP_VERSION } from "../../lib/policy/operator_names.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { ADMINISTRATOR } from "../api_server/administrator.ts";
import { objectAt, textAt } from "../component/read_json.ts";
import { type ClusterState, readCluster } from "../operator/cluster_state.ts";
import type { InstanceManagers } from "../operator/instance_managers.ts";
import { claimObject, instanceName, podObject } from "../operator/instance_objects.ts";
import { ANNOTATION, CLUSTERS, LABEL, OPERATOR_USER } from "../operator/names.ts";
import type { ClaimName } from "../storage/volumes.ts";
import type { Provisioner } from "./provisioner.ts";
import { nodeOf } from "./scheduler.ts";
import { createCluster, type DrivenCluster } from "./simulated_cluster.ts";
import type { ClusterSpec, SimulatedCluster } from "./world.ts";
import type { WorldState } from "./world_state.ts";

const DEFAULT_INSTANCES = 3;

/** Share of the data volume that tables take where nobody says how much. */
const DEFAULT_USED_SHARE = 0.2;

/** What initdb leaves behind. */
const EMPTY_DATABASE_BYTES = 32 * 1024 ** 2;

/** The clusters. */
export interface ClusterBook {
  readonly clusters: readonly DrivenCluster[];
  /** What goes on inside the pods, for the operator. */
  readonly managers: InstanceManagers;
  find(namespace: string, name: string): DrivenCluster | undefined;
  /** @throws {RangeError} If the tables do not fit the volumes. */
  add(spec: ClusterSpec, provisioner: Provisioner): SimulatedCluster;
  /** A claim is gone, and with it the instance. */
  removeClaim(claim: ClaimName): void;
}

/** Creates an empty book. */
export function createClusterBook(world: WorldState): ClusterBook {
  const clusters = new Map<string, DrivenCluster>();

  function ofInstance(namespace: string, instance: string): DrivenCluster | undefined {
    return clusters.get(`${namespace}/${instance.slice(0, instance.lastIndexOf("-"))}`);
  }

  function keep(cluster: DrivenCluster): DrivenCluster {
    clusters.set(`${cluster.namespace}/${cluster.name}`, cluster);
    return cluster;
  }

  const managers: InstanceManagers = {
    status: ({ namespace, name }) => ofInstance(namespace, name)?.status(name),
    promote: ({ namespace, name }) => ofInstance(namespace, name)?.promote(name),
    join({ namespace, name }, cluster, nowMs): boolean {
      const known = clusters.get(`${namespace}/${cluster}`) ?? adopt(world, namespace, cluster);
      return known !== undefined && keep(known).join(name, nowMs);
    },
  };

  return {
    get clusters() {
      return [...clusters.values()];
    },
    managers,
    find: (namespace, name) => clusters.get(`${namespace}/${name}`),
    add(spec, provisioner): SimulatedCluster {
      const object = createObjects(world, spec);
      const cluster = keep(createCluster(world, {
        namespace: spec.namespace,
        name: spec.name,
        uid: object.uid,
        agents: spec.agents ?? true,
        workload: spec.workload,
        archiver: spec.archiver,
        settings: spec.settings,
        initialDataBytes: spec.usedDataBytes ?? Math.floor(spec.dataBytes * DEFAULT_USED_SHARE),
      }));
      for (let serial = 1; serial <= object.instances; serial++) {
        addInstance(world, object, cluster, serial, provisioner);
      }
      return cluster;
    },
    removeClaim({ namespace, name }): void {
      for (const cluster of [...clusters.values()]) {
        if (cluster.namespace !== namespace) continue;
        const gone = cluster.instances.find(({ volumes }) =>
          volumes.some(({ claimName }) => claimName === name)
        );
        if (gone === undefined) continue;
        cluster.forget(gone.name);
        const isDeleted = world.server.find(CLUSTERS, cluster) === undefined;
        if (isDeleted && cluster.instances.length === 0) {
          clusters.delete(`${namespace}/${cluster.name}`);
        }
      }
    },
  };
}

/** A cluster that a user made: nothing is known of its load. */
function adopt(world: WorldState, namespace: string, name: string): DrivenCluster | undefined {
  const object = world.server.find(CLUSTERS, { namespace, name });
  if (object === undefined) return undefined;
  ensure(world, SERVICE_ACCOUNT, { metadata: { namespace, name } });
  const { uid } = readCluster(object);
  return createCluster(world, {
    namespace,
    name,
    uid,
    agents: true,
    initialDataBytes: EMPTY_DATABASE_BYTES,
  });
}

/** The Cluster, and what lies around it. */
function createObjects(world: WorldState, spec: ClusterSpec): ClusterState {
  const { namespace, name, storageClass } = spec;
  if (!world.classes.has(storageClass)) {
    throw new RangeError(
      `Cannot add cluster ${namespace}/${name}: expected a StorageClass that was added, found ${storageClass}`,
    );
  }
  ensure(world, NAMESPACE, { metadata: { name: namespace } });
  ensure(world, SERVICE_ACCOUNT, { metadata: { namespace, name } });
  const created = world.server.create(CLUSTERS, {
    apiVersion: OPERATOR_GROUP_VERSION,
    kind: CLUSTER_KIND,
    metadata: {
      namespace,
      name,
      labels: spec.labels ?? {},
      annotations: spec.annotations ?? {},
    },
    spec: {
      instances: spec.instances ?? DEFAULT_INSTANCES,
      storage: { size: formatQuantity(bytes(spec.dataBytes)), storageClass },
      ...(spec.walBytes === undefined
        ? {}
        : { walStorage: { size: formatQuantity(bytes(spec.walBytes)), storageClass } }),
      ...(spec.tablespaces === undefined ? {} : {
        tablespaces: spec.tablespaces.map(({ name: tablespace, sizeBytes }) => ({
          name: tablespace,
          storage: { size: formatQuantity(bytes(sizeBytes)), storageClass },
        })),
      }),
    },
  }, { namespace, user: ADMINISTRATOR });
  return readCluster(created);
}

function ensure(world: WorldState, resource: Resource, object: JsonObject): void {
  const namespace = textAt(object, "metadata", "namespace");
  const name = textAt(object, "metadata", "name") ?? "";
  const where = namespace === undefined ? { name } : { namespace, name };
  if (world.server.find(resource, where) !== undefined) return;
  world.server.create(resource, object, { namespace, user: ADMINISTRATOR });
}

/** An instance as it has been for long: bound claims with data on them, and a pod. */
function addInstance(
  world: WorldState,
  object: ClusterState,
  cluster: DrivenCluster,
  serial: number,
  provisioner: Provisioner,
): void {
  const { server, clock } = world;
  const { namespace } = object;
  const name = instanceName(object.name, serial);
  const instanceRole = serial === 1 ? "primary" : "replica";
  const roles = { [LABEL.instanceRole]: instanceRole, [LABEL.deprecatedRole]: instanceRole };
  for (const volume of object.volumes) {
    const claim = withMetadata(claimObject(object, name, volume), roles, {
      [ANNOTATION.pvcStatus]: "ready",
    });
    provisioner.provision(
      server.create(PERSISTENT_VOLUME_CLAIM, claim, { namespace, user: OPERATOR_USER }),
    );
  }
  if (!cluster.addInstance(name, clock.now())) {
    throw new RangeError(
      `Cannot add instance ${namespace}/${name}: expected volumes that hold its data, found less room`,
    );
  }
  const pod = withMetadata(podObject(object, name, object.volumes), roles, {});
  const spec = { ...objectAt(pod, "spec"), nodeName: nodeOf(name) };
  server.create(POD, { ...pod, spec }, { namespace, user: OPERATOR_USER });
}

function withMetadata(
  object: JsonObject,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): JsonObject {
  const metadata = objectAt(object, "metadata");
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...objectAt(metadata, "labels"), ...labels },
      annotations: { ...objectAt(metadata, "annotations"), ...annotations },
    },
  };
}
