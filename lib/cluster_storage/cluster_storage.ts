/**
 * The ClusterStorage custom resource: one for each Cluster, of the same name and owned by it (DESIGN §7).
 *
 * It has no spec: users read it, only the manager writes it.
 *
 * @module
 */

import * as z from "zod";
import {
  type ClusterOwnerReference,
  clusterOwnerReference,
  ownerReferencesSchema,
  type OwningCluster,
  owningClusterUid,
} from "../event/cluster_owner.ts";
import { conditionsSchema } from "../event/condition.ts";
import { GROUP_VERSION } from "../policy/api_group.ts";
import {
  integerSchema,
  issuesText,
  objectNameSchema,
  sizeSchema,
  textSchema,
  timestampSchema,
} from "../policy/schema_parts.ts";
import { forecastStatusFields, timeToFullSchema } from "./forecast_status.ts";
import { LEVELS } from "../threshold/level.ts";
import { parseBytes } from "../units/quantity.ts";
import type { FirstSeenSize } from "../view/cluster.ts";
import { parseRole } from "../view/role.ts";
import { readFitting } from "./read_status.ts";

/** `kind` of ClusterStorages. */
export const CLUSTER_STORAGE_KIND = "ClusterStorage";

/** Most volumes of a cluster that are listed: a hundred instances of a few volumes each. */
export const STATUS_VOLUMES_MAX = 512;

const ROLES_MAX = 128;
const ROLE_LENGTH_MAX = 80;
const REASON_LENGTH_MAX = 128;
const MESSAGE_LENGTH_MAX = 4096;

const roleSchema = z.string().max(ROLE_LENGTH_MAX).regex(/^(data|wal|tbs:.+)$/);

const volumeStatusSchema = z.object({
  instance: objectNameSchema("Instance that the volume belongs to."),
  role: roleSchema.meta({ description: "data, wal, or tbs: and the name of a tablespace." }),
  claim: objectNameSchema("Name of the PersistentVolumeClaim."),
  requested: sizeSchema("What the claim asks for."),
  capacity: sizeSchema("What the claim has; absent until it is bound.").optional(),
  used: sizeSchema("Bytes in use, as measured.").optional(),
  available: sizeSchema("Bytes that PostgreSQL can still write, as measured.").optional(),
  usedPercent: integerSchema(0, 100, "Share of the file system in use.").optional(),
  pressurePercent: integerSchema(
    0,
    100,
    "What thresholds are compared with: recycled WAL segments count as free.",
  ).optional(),
  level: z.enum([...LEVELS, "unknown"]).meta({
    description:
      "How pressing the volume's state is; unknown where nothing has measured it lately.",
  }),
  source: z.enum(["agent", "kubelet", "prometheus"]).optional().meta({
    description: "Who measured it.",
  }),
  lastSampleTime: timestampSchema("When it was measured, on the manager's clock.").optional(),
  reason: textSchema(REASON_LENGTH_MAX, "Why the volume has this level, in one word.").optional(),
  message: textSchema(MESSAGE_LENGTH_MAX, "Why the volume has this level.").optional(),
  ...forecastStatusFields,
});

/** Status of a ClusterStorage. */
export const clusterStorageStatusSchema = z.object({
  policy: z.object({
    name: objectNameSchema("Name of the StoragePolicy, in the same namespace."),
    dryRun: z.boolean().nullable().optional().meta({ description: "The policy only records." }),
  }).nullable().optional().meta({
    description: "The policy that governs the cluster; it keeps it for as long as it selects it.",
  }),
  level: z.enum([...LEVELS, "unknown"]).optional().meta({
    description: "The most pressing level of any volume that is measured; unknown where none is.",
  }),
  pressurePercent: integerSchema(0, 100, "The highest pressure of any volume.").nullable()
    .optional(),
  timeToFull: timeToFullSchema(
    "When the first of the volumes is full: 41m, 20h, 5d; none where none is going to be; unknown where " +
      "nobody knows.",
  ).nullable().optional(),
  volumes: z.array(volumeStatusSchema).max(STATUS_VOLUMES_MAX).optional().meta({
    description: "Every volume of every instance.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["instance", "role"],
  }),
  conditions: conditionsSchema.optional(),
  nextAction: textSchema(MESSAGE_LENGTH_MAX, "What the manager does next, or why it does nothing.")
    .optional(),
  firstSeenSizes: z.record(roleSchema, sizeSchema("A size.")).optional().meta({
    description:
      "Size of each role's volumes when the manager first saw them. Where no policy sets maxSize, " +
      "four times this is the limit.",
    maxProperties: ROLES_MAX,
  }),
  lastUpdated: timestampSchema("When the status last changed in meaning.").optional(),
}).meta({ description: "What is known of the cluster's storage." });

const clusterStorageSchema = z.object({
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    ownerReferences: ownerReferencesSchema,
  }),
  status: z.unknown().optional(),
});

/** Status of a ClusterStorage. */
export type ClusterStorageStatus = z.infer<typeof clusterStorageStatusSchema>;
/** One volume in a ClusterStorage's status. */
export type VolumeStatus = z.infer<typeof volumeStatusSchema>;

/** A ClusterStorage as the product uses it. */
export interface ClusterStorage {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** UID of the Cluster that owns it. */
  readonly clusterUid?: string | undefined;
  readonly status: ClusterStorageStatus;
}

/** A ClusterStorage, or what is wrong with the object, in one line. */
export type ParsedClusterStorage =
  | { readonly kind: "cluster-storage"; readonly clusterStorage: ClusterStorage }
  | { readonly kind: "invalid"; readonly message: string };

/** A ClusterStorage as it is created; its status is written afterwards, through the subresource. */
export type ClusterStorageObject = {
  readonly apiVersion: typeof GROUP_VERSION;
  readonly kind: typeof CLUSTER_STORAGE_KIND;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly ownerReferences: readonly ClusterOwnerReference[];
  };
};

/** The object to create for a Cluster. */
export function clusterStorageObject(cluster: OwningCluster): ClusterStorageObject {
  const { namespace, name } = cluster;
  return {
    apiVersion: GROUP_VERSION,
    kind: CLUSTER_STORAGE_KIND,
    metadata: {
      name,
      namespace,
      ownerReferences: [clusterOwnerReference(cluster)],
    },
  };
}

/** Reads a ClusterStorage from the API server. What cannot be read of its status is absent. */
export function parseClusterStorage(json: unknown): ParsedClusterStorage {
  const parsed = clusterStorageSchema.safeParse(json);
  if (!parsed.success) {
    return {
      kind: "invalid",
      message: `Cannot read the ClusterStorage: ${issuesText(parsed.error)}`,
    };
  }
  const { metadata: { ownerReferences, ...metadata }, status } = parsed.data;
  const clusterUid = owningClusterUid(ownerReferences, metadata.name);
  return {
    kind: "cluster-storage",
    clusterStorage: {
      ...metadata,
      clusterUid,
      status: readFitting(clusterStorageStatusSchema, status ?? {}) ?? {},
    },
  };
}

/** The sizes first seen, as decisions use them. A role that cannot be read is left out: it counts as new. */
export function firstSeenSizes(status: ClusterStorageStatus): FirstSeenSize[] {
  return Object.entries(status.firstSeenSizes ?? {}).flatMap(([text, size]) => {
    const role = parseRole(text);
    return role === undefined ? [] : [{ role, sizeBytes: parseBytes(size) }];
  });
}
