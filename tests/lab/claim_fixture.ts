/**
 * A bound claim of a CNPG instance, on a file system that is mounted where CNPG mounts it.
 *
 * @module
 */

import { type KubeApi } from "../../kube/api.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { quantity, textAt } from "./claim.ts";
import {
  claimName,
  type ClaimRole,
  type ClusterSite,
  CSI_DRIVER,
  instanceMetadata,
  type InstanceOptions,
  type LabClaim,
  MOUNT_PATHS,
  type OwnedBy,
} from "./fixture_model.ts";

const PVC_ROLES: Readonly<Record<ClaimRole, string>> = { data: "PG_DATA", wal: "PG_WAL" };

/** Makes the file system below the instance's root, then the claim and its PersistentVolume. */
export async function createClaim(
  site: ClusterSite,
  owner: OwnedBy,
  options: InstanceOptions,
  what: { readonly root: string; readonly role: ClaimRole; readonly sizeBytes: number },
): Promise<LabClaim> {
  const { role, sizeBytes } = what;
  const { namespace } = owner;
  const name = claimName(owner, options.serial, role);
  const volume = await site.volumes.create({
    sizeBytes,
    fileSystem: options.fileSystem,
    path: `${what.root}${MOUNT_PATHS[role]}`,
    ownerId: options.ownerId,
  });
  const claim = await site.api.create(PERSISTENT_VOLUME_CLAIM, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: instanceMetadata(owner, options.serial, {
      name,
      labels: { "cnpg.io/pvcRole": PVC_ROLES[role] },
      annotations: { "cnpg.io/pvcStatus": "ready" },
    }),
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: options.storageClass,
      volumeMode: "Filesystem",
      volumeName: persistentVolumeName(namespace, name),
      resources: { requests: { storage: quantity(sizeBytes) } },
    },
  }, { namespace });
  const made: LabClaim = { namespace, name, role, uid: textAt(claim, "metadata", "uid"), volume };
  await bind(site.api, made, options.storageClass, sizeBytes);
  return made;
}

/** What the provisioner and the binder do. */
async function bind(
  api: KubeApi,
  claim: LabClaim,
  storageClass: string,
  sizeBytes: number,
): Promise<void> {
  const { namespace, name, uid, volume } = claim;
  const capacity = { storage: quantity(sizeBytes) };
  const accessModes = ["ReadWriteOnce"];
  await api.create(PERSISTENT_VOLUME, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: persistentVolumeName(namespace, name) },
    spec: {
      accessModes,
      capacity,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
      csi: { driver: CSI_DRIVER, volumeHandle: volume.id, fsType: volume.fileSystem },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: storageClass,
    },
  });
  await api.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name }, {
    type: "merge",
    body: { status: { phase: "Bound", accessModes, capacity } },
  }, { subresource: "status" });
}

function persistentVolumeName(namespace: string, claim: string): string {
  return `pv-${namespace}-${claim}`;
}
