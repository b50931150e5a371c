/**
 * What is kept of a Cluster of CloudNativePG.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { OPERATOR_ANNOTATIONS } from "../../lib/policy/operator_names.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import type { DeclaredSize, GitOwner } from "../../lib/view/cluster.ts";
import { type Role, tablespaceRole } from "../../lib/view/role.ts";
import { type Annotations, ownAnnotations } from "./annotations.ts";
import { readGitOwners } from "./git_owners.ts";
import { parseIdentity, readMetadata, type RecordMetadata } from "./metadata.ts";
import { indexedItems, items, lenient, quantityBytes } from "./tolerant.ts";

/** What the operator and its users say about the moment (`cnpg.md` §7.3, §9). */
export interface OperatorSigns {
  /** `status.phase`; the empty string before CNPG has set one. */
  readonly phase: string;
  readonly currentPrimary?: string | undefined;
  readonly targetPrimary?: string | undefined;
  /** `status.targetPgDataImageInfo` is set: a major upgrade is under way. */
  readonly majorUpgrade: boolean;
  /** `status.switchReplicaClusterStatus.inProgress`. */
  readonly replicaSwitch: boolean;
  /** Claims that a job is filling (`status.initializingPVC`). */
  readonly initializingClaims: readonly string[];
  readonly nodeMaintenance: boolean;
  /** Value of `cnpg.io/hibernation`. */
  readonly hibernation?: string | undefined;
  /** Value of `cnpg.io/fencedInstances`: a JSON list. */
  readonly fencedInstances?: string | undefined;
  /** Value of `cnpg.io/reconciliationLoop`. */
  readonly reconciliationLoop?: string | undefined;
}

/** A Cluster as the view needs it. */
export interface ClusterRecord extends RecordMetadata {
  readonly labels: Readonly<Record<string, string>>;
  /** Our own annotations only, complete keys. */
  readonly annotations: Annotations;
  readonly declaredSizes: readonly DeclaredSize[];
  /** Who declares them in Git; absent where nobody does. */
  readonly gitOwners?: readonly GitOwner[] | undefined;
  /** Instances that CNPG lists; empty before it has listed any. */
  readonly instanceNames: readonly string[];
  readonly signs: OperatorSigns;
}

const storageSchema = z.object({
  size: z.unknown().optional(),
  pvcTemplate: lenient(z.object({
    resources: lenient(z.object({
      requests: lenient(z.object({ storage: lenient(quantityBytes()) })),
    })),
  })),
});

const tablespaceSchema = z.object({ name: z.string().min(1), storage: lenient(storageSchema) });

const specSchema = z.object({
  storage: lenient(storageSchema),
  walStorage: lenient(storageSchema),
  tablespaces: indexedItems(tablespaceSchema),
  nodeMaintenanceWindow: lenient(z.object({ inProgress: lenient(z.boolean()) })),
});

const statusSchema = z.object({
  phase: lenient(z.string()),
  currentPrimary: lenient(z.string().min(1)),
  targetPrimary: lenient(z.string().min(1)),
  instanceNames: items(z.string()),
  initializingPVC: items(z.string()),
  targetPgDataImageInfo: lenient(z.looseObject({})),
  switchReplicaClusterStatus: lenient(z.object({ inProgress: lenient(z.boolean()) })),
});

const clusterSchema = z.object({
  spec: specSchema.catch(() => specSchema.parse({})),
  status: statusSchema.catch(() => statusSchema.parse({})),
});

type Storage = z.output<typeof storageSchema>;

/**
 * Projects a Cluster. Defaults that only CNPG's webhook sets may be absent, and so may the status.
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectCluster(object: JsonObject): ClusterRecord {
  const { record, labels, annotations } = readMetadata("Cluster", object);
  const { spec, status } = parseIdentity("Cluster", clusterSchema, object);
  const sizes = declaredSizes(spec);
  return {
    ...record,
    labels,
    annotations: ownAnnotations(annotations),
    declaredSizes: sizes,
    gitOwners: readGitOwners(object, sizes),
    instanceNames: status.instanceNames,
    signs: {
      phase: status.phase ?? "",
      currentPrimary: status.currentPrimary,
      targetPrimary: status.targetPrimary,
      majorUpgrade: status.targetPgDataImageInfo !== undefined,
      replicaSwitch: status.switchReplicaClusterStatus?.inProgress === true,
      initializingClaims: status.initializingPVC,
      nodeMaintenance: spec.nodeMaintenanceWindow?.inProgress === true,
      hibernation: annotations[OPERATOR_ANNOTATIONS.hibernation],
      fencedInstances: annotations[OPERATOR_ANNOTATIONS.fencedInstances],
      reconciliationLoop: annotations[OPERATOR_ANNOTATIONS.reconciliationLoop],
    },
  };
}

function declaredSizes(spec: z.output<typeof specSchema>): DeclaredSize[] {
  const tablespaces = spec.tablespaces.flatMap(({ index, item }) =>
    declaredSize(tablespaceRole(item.name), item.storage, index)
  );
  return [
    ...declaredSize("data", spec.storage),
    ...declaredSize("wal", spec.walStorage),
    ...tablespaces,
  ];
}

/**
 * The size in use: `size` wins over the template wherever it is set at all (`GetSizeOrNil` in CNPG's
 * `api/v1/cluster_funcs.go`), so an unreadable `size` is no reason to look at the template.
 */
function declaredSize(
  role: Role,
  storage: Storage | undefined,
  tablespaceIndex?: number,
): DeclaredSize[] {
  if (storage === undefined) return [];
  const { size } = storage;
  if (size !== undefined && size !== null && size !== "") {
    const parsed = quantityBytes().safeParse(size);
    return parsed.success ? [{ role, field: "size", sizeBytes: parsed.data, tablespaceIndex }] : [];
  }
  const sizeBytes: Bytes | undefined = storage.pvcTemplate?.resources?.requests?.storage;
  return sizeBytes === undefined
    ? []
    : [{ role, field: "pvcTemplate", sizeBytes, tablespaceIndex }];
}
