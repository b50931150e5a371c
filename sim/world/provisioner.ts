/**
 * Makes disks for claims, and takes them away with them: an external-provisioner and the binder in one.
 *
 * @module
 */

import type { JsonObject, WatchEvent } from "../../kube/api.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { bytes, roundUpToStep } from "../../lib/units/bytes.ts";
import { formatQuantity, parseBytes } from "../../lib/units/quantity.ts";
import type { Component } from "../component/component.ts";
import { follow } from "../component/follow.ts";
import { textAt } from "../component/read_json.ts";
import { readClaim } from "../operator/claim_state.ts";
import { createFileSystem } from "../storage/create_file_system.ts";
import { DEFAULT_STORAGE_BEHAVIOUR } from "../storage/storage_behaviour.ts";
import type { ClaimName } from "../storage/volumes.ts";
import type { WorldState } from "./world_state.ts";

const PROVISIONER_USER = "system:serviceaccount:kube-system:csi-provisioner";

/** How long a provider takes for a new disk. */
const PROVISION_MS = 2_000;

/** Makes and removes disks. */
export interface Provisioner extends Component {
  /** Makes the disk of a claim now, and binds it. */
  provision(claim: JsonObject): void;
}

/** Creates a provisioner; `onRemoved` is told once a disk is gone. */
export function createProvisioner(
  world: WorldState,
  onRemoved: (claim: ClaimName) => void,
): Provisioner {
  const pending = new Map<string, { readonly claim: JsonObject; readonly dueMs: number }>();

  function take({ type, object }: WatchEvent): void {
    const uid = textAt(object, "metadata", "uid") ?? "";
    if (type === "DELETED") {
      pending.delete(uid);
      return removeDisk(world, object, onRemoved);
    }
    if (textAt(object, "spec", "volumeName") !== undefined) pending.delete(uid);
    else if (!pending.has(uid)) {
      pending.set(uid, { claim: object, dueMs: world.clock.now() + PROVISION_MS });
    }
  }

  follow(world.server, PERSISTENT_VOLUME_CLAIM, PROVISIONER_USER, take);
  return {
    provision: (claim) => provision(world, claim),
    step(nowMs): void {
      for (const [uid, { claim, dueMs }] of pending) {
        if (dueMs > nowMs) continue;
        pending.delete(uid);
        provision(world, claim);
      }
    },
  };
}

function nameOf(claim: JsonObject): ClaimName {
  return {
    namespace: textAt(claim, "metadata", "namespace") ?? "",
    name: textAt(claim, "metadata", "name") ?? "",
  };
}

/** A class that nobody has told the world of provisions nothing: the claim stays pending. */
function provision({ server, volumes, classes }: WorldState, claim: JsonObject): void {
  const role = readClaim(claim)?.role;
  const storageClass = classes.get(textAt(claim, "spec", "storageClassName") ?? "");
  if (role === undefined || storageClass === undefined) return;
  const { roundUpToBytes } = { ...DEFAULT_STORAGE_BEHAVIOUR, ...storageClass.behaviour };
  const requested = parseBytes(textAt(claim, "spec", "resources", "requests", "storage") ?? "0");
  const diskBytes = roundUpToStep(requested, bytes(roundUpToBytes));
  const name = nameOf(claim);
  volumes.add({
    claim: name,
    role,
    storageClassName: storageClass.name,
    diskBytes,
    fileSystem: createFileSystem({ deviceBytes: diskBytes, ...storageClass.fileSystem }),
  });
  const uid = textAt(claim, "metadata", "uid") ?? "";
  const capacity = { storage: formatQuantity(diskBytes) };
  const accessModes = ["ReadWriteOnce"];
  const user = PROVISIONER_USER;
  server.create(PERSISTENT_VOLUME, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: diskName(uid) },
    spec: {
      accessModes,
      capacity,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", ...name, uid },
      csi: {
        driver: storageClass.provisioner ?? DEFAULT_PROVISIONER,
        volumeHandle: diskName(uid),
        fsType: "xfs",
      },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: storageClass.name,
      volumeMode: "Filesystem",
    },
  }, { user });
  server.patch(PERSISTENT_VOLUME, { name: diskName(uid) }, {
    type: "merge",
    body: { status: { phase: "Bound" } },
  }, { user, subresource: "status" });
  server.patch(PERSISTENT_VOLUME_CLAIM, name, {
    type: "merge",
    body: { spec: { volumeName: diskName(uid) } },
  }, { user });
  server.patch(PERSISTENT_VOLUME_CLAIM, name, {
    type: "merge",
    body: { status: { phase: "Bound", accessModes, capacity } },
  }, { user, subresource: "status" });
}

/** Driver of classes that do not name one. */
export const DEFAULT_PROVISIONER = "csi.example.com";

function diskName(claimUid: string): string {
  return `pvc-${claimUid}`;
}

function removeDisk(
  { server, volumes }: WorldState,
  claim: JsonObject,
  onRemoved: (claim: ClaimName) => void,
): void {
  const disk = { name: diskName(textAt(claim, "metadata", "uid") ?? "") };
  if (server.find(PERSISTENT_VOLUME, disk) !== undefined) {
    server.delete(PERSISTENT_VOLUME, disk, { user: PROVISIONER_USER });
  }
  volumes.remove(nameOf(claim));
  onRemoved(nameOf(claim));
}
