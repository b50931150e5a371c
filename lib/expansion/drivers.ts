/**
 * What is known of CSI drivers beyond their StorageClass's `allowVolumeExpansion`, which is necessary and
 * never sufficient.
 *
 * @module
 */

import { DAY, type Millis } from "../units/millis.ts";

/** How often a provider lets one volume be changed. */
export interface ProviderBudget {
  readonly changes: number;
  readonly perMs: Millis;
}

/** What a driver cannot do, or allows only so often. */
export interface DriverFacts {
  /** Volumes grow only while no pod uses them, or not at all; the text says why. */
  readonly neverOnline?: string | undefined;
  readonly budget?: ProviderBudget | undefined;
}

/**
 * Facts by provisioner name. Sources: AWS `ModifyVolume` (four modifications of a volume in 24 hours, each
 * after the one before has completed); the local-path provisioner ships no resizer although its class may
 * allow expansion (rancher/local-path-provisioner#190); UpCloud and VMware Cloud Director refuse to grow an
 * attached disk (their drivers answer FailedPrecondition).
 */
const DRIVERS: Readonly<Record<string, DriverFacts>> = {
  "ebs.csi.aws.com": { budget: { changes: 4, perMs: DAY } },
  "ebs.csi.eks.amazonaws.com": { budget: { changes: 4, perMs: DAY } },
  "rancher.io/local-path": { neverOnline: "it has no resizer" },
  "openebs.io/local": { neverOnline: "it has no resizer" },
  "kubernetes.io/no-provisioner": { neverOnline: "its volumes are made by hand" },
  "storage.csi.upcloud.com": { neverOnline: "it grows detached volumes only" },
  "named-disk.csi.cloud-director.vmware.com": { neverOnline: "it grows detached volumes only" },
};

/** What is known of a driver; nothing special about one that is not listed. */
export function driverFacts(provisioner: string): DriverFacts {
  return Object.hasOwn(DRIVERS, provisioner) ? DRIVERS[provisioner] ?? {} : {};
}
