/**
 * A CNPG cluster that looks as if the operator had made it, on volumes that are real.
 *
 * @module
 */

import { type JsonObject, type KubeApi, type Resource } from "../../kube/api.ts";
import { NAMESPACE, STORAGE_CLASS } from "../../kube/resources.ts";
import { quantity, textAt } from "./claim.ts";
import { CLUSTER } from "./crds.ts";
import { type ClusterSite, CSI_DRIVER, type LabInstance, type OwnedBy } from "./fixture_model.ts";
import { createInstance } from "./instance_fixture.ts";
import { SERVICE_ACCOUNT } from "./token.ts";
import { type FileSystem } from "./volumes.ts";

const GIBIBYTE = 1024 ** 3;
const STORAGE_CLASS_NAME = "lab-loop";
const HEALTHY_PHASE = "Cluster in healthy state";

/** CSI drivers. */
const CSI_DRIVER_RESOURCE: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
};

/** What cluster to make. */
export interface ClusterOptions {
  /** Made if it is not there. @default {"default"} */
  readonly namespace?: string | undefined;
  /** @default {"pg"} */
  readonly name?: string | undefined;
  /** @default {1} */
  readonly instances?: number | undefined;
  /** @default {1 GiB} */
  readonly dataBytes?: number | undefined;
  /** Absent: pg_wal is on the data volume. */
  readonly walBytes?: number | undefined;
  /** @default {"xfs"} */
  readonly fileSystem?: FileSystem | undefined;
  /** Whether the storage class allows volumes to grow. @default {true} */
  readonly expandable?: boolean | undefined;
  /** Owner of the file systems, the user of PostgreSQL and of the agent. @default {26} */
  readonly ownerId?: number | undefined;
  /** Image of the agent's container; absent: pods have no agent. */
  readonly agentImage?: string | undefined;
  /** Labels of the Cluster. @default {{}} */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A cluster, at the API server and on disk. */
export interface LabCluster {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The ServiceAccount that its pods run as. */
  readonly serviceAccount: string;
  readonly instances: readonly LabInstance[];
  /** Merges into the status of the Cluster, as the operator would. */
  setStatus(status: JsonObject): Promise<void>;
  /** Reads the Cluster. */
  read(): Promise<JsonObject>;
}

/** Makes a healthy cluster whose volumes are mounted at CNPG's paths below each instance's root. */
export async function createCluster(
  site: ClusterSite,
  options: ClusterOptions = {},
): Promise<LabCluster> {
  const { api } = site;
  const { namespace = "default", name = "pg", instances = 1, expandable = true } = options;
  const storageClass = expandable ? STORAGE_CLASS_NAME : `${STORAGE_CLASS_NAME}-fixed`;
  await ensure(api, NAMESPACE, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  await installStorageClass(api, storageClass, expandable);
  await ensure(api, SERVICE_ACCOUNT, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace, name },
  });
  const { dataBytes = GIBIBYTE, walBytes } = options;
  const cluster = await api.create(CLUSTER, {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { namespace, name, labels: options.labels ?? {} },
    spec: {
      instances,
      storage: { size: quantity(dataBytes), storageClass },
      ...(walBytes === undefined ? {} : { walStorage: { size: quantity(walBytes), storageClass } }),
    },
  }, { namespace });
  const owner: OwnedBy = { namespace, cluster: name, uid: textAt(cluster, "metadata", "uid") };
  const made: LabInstance[] = [];
  for (let serial = 1; serial <= instances; serial++) {
    made.push(
      await createInstance(site, owner, {
        serial,
        storageClass,
        dataBytes,
        walBytes,
        fileSystem: options.fileSystem ?? "xfs",
        ownerId: options.ownerId ?? 26,
        agentImage: options.agentImage,
      }),
    );
  }
  async function setStatus(status: JsonObject): Promise<void> {
    await api.patch(CLUSTER, { namespace, name }, { type: "merge", body: { status } }, {
      subresource: "status",
    });
  }
  await setStatus(healthyStatus(name, made));
  return {
    namespace,
    name,
    uid: owner.uid,
    serviceAccount: name,
    instances: made,
    setStatus,
    read: () => api.get(CLUSTER, { namespace, name }),
  };
}

/** Makes a StorageClass of the lab's driver, and the driver's own object. */
export async function installStorageClass(
  api: KubeApi,
  name: string,
  expandable: boolean,
): Promise<void> {
  await ensure(api, CSI_DRIVER_RESOURCE, {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: CSI_DRIVER },
    spec: { attachRequired: false },
  });
  await ensure(api, STORAGE_CLASS, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: CSI_DRIVER,
    allowVolumeExpansion: expandable,
    volumeBindingMode: "WaitForFirstConsumer",
  });
}

function healthyStatus(cluster: string, instances: readonly LabInstance[]): JsonObject {
  const names = instances.map((instance) => instance.name);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  function condition(type: string, reason: string, message: string): JsonObject {
    return { type, status: "True", reason, message, lastTransitionTime: now };
  }
  return {
    phase: HEALTHY_PHASE,
    currentPrimary: `${cluster}-1`,
    targetPrimary: `${cluster}-1`,
    instances: names.length,
    readyInstances: names.length,
    instanceNames: names,
    instancesStatus: { healthy: names },
    pvcCount: instances.flatMap((instance) => instance.claims).length,
    healthyPVC: instances.flatMap((instance) => instance.claims.map((claim) => claim.name)),
    timelineID: 1,
    conditions: [
      condition("Ready", "ClusterIsReady", "Cluster is Ready"),
      condition(
        "ContinuousArchiving",
        "ContinuousArchivingSuccess",
        "Continuous archiving is working",
      ),
    ],
  };
}

/** Applies an object: several clusters of one test share namespaces and classes. */
async function ensure(api: KubeApi, resource: Resource, body: JsonObject): Promise<void> {
  const name = textAt(body, "metadata", "name");
  const namespace = textAt(body, "metadata", "namespace");
  const where = namespace === "" ? { name } : { namespace, name };
  await api.patch(resource, where, { type: "apply", body, force: true }, {
    fieldManager: "lab",
  });
}
