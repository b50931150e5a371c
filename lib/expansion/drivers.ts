/**
 * What is known of CSI drivers beyond their StorageClass's `allowVolumeExpansion`, which is necessary and
 * never sufficient.
 *
 * @module
 */

import { type Bytes, bytes, GIBIBYTE, MEBIBYTE } from "../units/bytes.ts";
import { DAY, type Millis } from "../units/millis.ts";
import type { StorageClassView } from "../view/volume.ts";

/** How often a provider lets one volume be changed. */
export interface ProviderBudget {
  readonly changes: number;
  readonly perMs: Millis;
}

/** A size that a volume in use grows up to, and beyond only while it is detached. */
export interface DetachLimit {
  readonly limitBytes: Bytes;
  /** Values of the StorageClass's parameter for the kind of disk to which it does not apply, in lower case. */
  readonly exceptDiskTypes: readonly string[];
}

/** What a driver cannot do, or allows only so often. */
export interface DriverFacts {
  /** Volumes grow only while no pod uses them, or not at all; the text says why. */
  readonly neverOnline?: string | undefined;
  readonly budget?: ProviderBudget | undefined;
  /** A volume at or below the limit cannot cross it in use; one above it can grow on. */
  readonly detachLimit?: DetachLimit | undefined;
  /** Larger than this the provider sells none, whatever the kind of disk. */
  readonly largestBytes?: Bytes | undefined;
  /** Sizes are multiples of this. @default {one gibibyte} */
  readonly stepBytes?: Bytes | undefined;
}

/**
 * AWS `ModifyVolume`: up to four changes within 24 hours. Each waits for the one before to be `completed` too,
 * which no Kubernetes object tells: the driver's error then says so, and the resizer tries again by itself. No
 * kind of volume exceeds 64 TiB (EBS user guide, "Constraints on the size and configuration of an EBS volume").
 */
const EBS: DriverFacts = {
  budget: { changes: 4, perMs: DAY },
  largestBytes: bytes(65_536 * GIBIBYTE),
};

/** Growing needs the volume to be attached nowhere, and CNPG keeps it attached. */
const DETACHED_ONLY: DriverFacts = { neverOnline: "it grows detached volumes only" };
const NO_RESIZER: DriverFacts = { neverOnline: "it has no resizer" };

/**
 * Facts by provisioner name; one that is not listed is only what its StorageClass says. Sources:
 *
 * - Azure Disk: resizing an attached disk beyond 4095 GiB is refused (MicrosoftDocs/azure-docs#89430), except
 *   for Premium SSD v2 and Ultra (MicrosoftDocs/azure-aks-docs#476).
 * - local-path: its class may allow expansion, and nothing carries it out (rancher/local-path-provisioner#190);
 *   the host paths of OpenEBS are alike (openebs/dynamic-localpv-provisioner#205).
 * - UpCloud (UpCloudLtd/upcloud-csi#33), VMware Cloud Director
 *   (vmware/cloud-director-named-disk-csi-driver#27) and Yandex Cloud (README of deckhouse/yandex-csi-driver)
 *   refuse while a volume is attached.
 * - PowerFlex: sizes are multiples of 8 GB (emc-xchallenge/cinder#5).
 *
 * Deliberately absent, because they grow volumes in use and nothing else is certain from their name alone:
 * GCE PD, Longhorn from 1.4, Ceph RBD, TopoLVM, vSphere from 7.0 U2, Cinder, Hetzner, DigitalOcean, LINSTOR.
 * What an older release of them refuses is found out by one volume, the canary.
 */
const DRIVERS: Readonly<Record<string, DriverFacts>> = {
  "ebs.csi.aws.com": EBS,
  "ebs.csi.eks.amazonaws.com": EBS,
  "disk.csi.azure.com": {
    detachLimit: {
      limitBytes: bytes(4_095 * GIBIBYTE),
      exceptDiskTypes: ["premiumv2_lrs", "ultrassd_lrs"],
    },
  },
  "rancher.io/local-path": NO_RESIZER,
  "openebs.io/local": NO_RESIZER,
  "kubernetes.io/no-provisioner": { neverOnline: "its volumes are made by hand" },
  "storage.csi.upcloud.com": DETACHED_ONLY,
  "named-disk.csi.cloud-director.vmware.com": DETACHED_ONLY,
  "yandex.csi.flant.com": DETACHED_ONLY,
  "csi-vxflexos.dellemc.com": { stepBytes: bytes(8 * GIBIBYTE) },
};

/** Below a gibibyte a whole one is a coarse step, and only test drivers have such volumes. */
const SMALL_STEP_BYTES = bytes(64 * MEBIBYTE);

/** What is known of a driver; nothing special about one that is not listed. */
export function driverFacts(provisioner: string): DriverFacts {
  return Object.hasOwn(DRIVERS, provisioner) ? DRIVERS[provisioner] ?? {} : {};
}

/** {@link driverFacts} of the driver behind a StorageClass; nothing where the class is not known. */
export function classFacts(storageClass: StorageClassView): DriverFacts {
  return storageClass.kind === "known" ? driverFacts(storageClass.provisioner) : {};
}

/**
 * The step to which the size of a volume is rounded up: its driver's, else whole gibibytes, since providers sell
 * no less and round up themselves.
 */
export function stepFor(storageClass: StorageClassView, current: Bytes): Bytes {
  const { stepBytes } = classFacts(storageClass);
  if (stepBytes !== undefined) return stepBytes;
  return current < GIBIBYTE ? SMALL_STEP_BYTES : GIBIBYTE;
}

/** Up to where a volume of this size can grow in use, where its driver knows such a bound. */
export function detachLimitOf(storageClass: StorageClassView, current: Bytes): Bytes | undefined {
  const { detachLimit } = classFacts(storageClass);
  if (storageClass.kind === "unknown" || detachLimit === undefined) return undefined;
  if (current > detachLimit.limitBytes) return undefined;
  const isExcepted = storageClass.diskType !== undefined &&
    detachLimit.exceptDiskTypes.includes(storageClass.diskType.toLowerCase());
  return isExcepted ? undefined : detachLimit.limitBytes;
}
