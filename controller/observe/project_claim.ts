/**
 * What is kept of a PersistentVolumeClaim of a cluster.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { OPERATOR_LABELS } from "../../lib/policy/operator_names.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import { type Role, tablespaceRole } from "../../lib/view/role.ts";
import type { Claim, ResizeConditions, ResizeStatus } from "../../lib/view/volume.ts";
import {
  type ControllerReference,
  parseIdentity,
  readMetadata,
  type RecordMetadata,
} from "./metadata.ts";
import { type GrowerSigns, readGrowerSigns } from "./other_grower.ts";
import { items, lenient, quantityBytes } from "./tolerant.ts";

/** A claim as the view needs it. */
export interface ClaimRecord extends RecordMetadata {
  /** Value of `cnpg.io/cluster`. */
  readonly clusterName?: string | undefined;
  readonly instance?: string | undefined;
  /** Absent where `cnpg.io/pvcRole` is missing or a word that we do not know. */
  readonly role?: Role | undefined;
  readonly controller?: ControllerReference | undefined;
  readonly phase: Claim["phase"];
  readonly volumeMode: Claim["volumeMode"];
  readonly requestBytes: Bytes;
  readonly capacityBytes?: Bytes | undefined;
  /** What a resize works towards (`status.allocatedResources`). */
  readonly allocatedBytes?: Bytes | undefined;
  readonly storageClassName?: string | undefined;
  /** Annotations that make something else grow it; absent where there are none. */
  readonly growerSigns?: GrowerSigns | undefined;
  /** Its resources have a limit, which means nothing to Kubernetes. */
  readonly limited?: boolean | undefined;
  readonly resizeStatus: ResizeStatus;
  readonly resizeConditions: ResizeConditions;
}

const storageSchema = lenient(z.object({ storage: lenient(quantityBytes()) }));

const specSchema = z.object({
  // Validation of the API server guarantees a request; without one there is nothing to compare with.
  resources: z.object({ requests: z.object({ storage: quantityBytes() }), limits: storageSchema }),
  storageClassName: lenient(z.string().min(1)),
  volumeMode: z.unknown().optional(),
});

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  message: lenient(z.string()),
});

const statusSchema = z.object({
  phase: lenient(z.enum(["Bound", "Pending", "Lost"])),
  capacity: storageSchema,
  allocatedResources: storageSchema,
  allocatedResourceStatuses: lenient(z.object({ storage: lenient(z.string().min(1)) })),
  conditions: items(conditionSchema),
});

const claimSchema = z.object({
  spec: specSchema,
  status: statusSchema.catch(() => statusSchema.parse({})),
});

/** Words of Kubernetes up to 1.30 for the two final states stand beside the present ones. */
const RESIZE_STATUSES: Readonly<Record<string, ResizeStatus>> = {
  ControllerResizeInProgress: "ControllerResizeInProgress",
  ControllerResizeInfeasible: "ControllerResizeInfeasible",
  ControllerResizeFailed: "ControllerResizeInfeasible",
  NodeResizePending: "NodeResizePending",
  NodeResizeInProgress: "NodeResizeInProgress",
  NodeResizeInfeasible: "NodeResizeInfeasible",
  NodeResizeFailed: "NodeResizeInfeasible",
};

/**
 * Projects a claim.
 *
 * @throws {TypeError} If the object's identity or its request cannot be read; the message names the path.
 */
export function projectClaim(object: JsonObject): ClaimRecord {
  const { record, labels, annotations, controller } = readMetadata("PersistentVolumeClaim", object);
  const { spec, status } = parseIdentity("PersistentVolumeClaim", claimSchema, object);
  return {
    ...record,
    clusterName: labels[OPERATOR_LABELS.cluster],
    instance: labels[OPERATOR_LABELS.instanceName],
    role: roleOf(labels),
    controller,
    phase: status.phase ?? "Unknown",
    // Where the mode is one that nobody knows, there may be no file system.
    volumeMode: (spec.volumeMode ?? "Filesystem") === "Filesystem" ? "Filesystem" : "Block",
    requestBytes: spec.resources.requests.storage,
    capacityBytes: status.capacity?.storage,
    allocatedBytes: status.allocatedResources?.storage,
    storageClassName: spec.storageClassName,
    growerSigns: readGrowerSigns(annotations),
    limited: spec.resources.limits?.storage === undefined ? undefined : true,
    resizeStatus: resizeStatusOf(status.allocatedResourceStatuses?.storage),
    resizeConditions: resizeConditionsOf(status.conditions),
  };
}

function roleOf(labels: Readonly<Record<string, string>>): Role | undefined {
  const tablespaceName = labels[OPERATOR_LABELS.tablespaceName];
  switch (labels[OPERATOR_LABELS.pvcRole]) {
    case "PG_DATA":
      return "data";
    case "PG_WAL":
      return "wal";
    case "PG_TABLESPACE":
      return tablespaceName ? tablespaceRole(tablespaceName) : undefined;
    default:
      return undefined;
  }
}

function resizeStatusOf(word: string | undefined): ResizeStatus {
  if (word === undefined) return "none";
  return Object.hasOwn(RESIZE_STATUSES, word) ? RESIZE_STATUSES[word] ?? "other" : "other";
}

function resizeConditionsOf(conditions: z.output<typeof conditionSchema>[]): ResizeConditions {
  const holding = conditions.filter(({ status }) => status === "True");
  function messageOf(type: string): string | undefined {
    const found = holding.find((condition) => condition.type === type);
    return found && (found.message || type);
  }
  return {
    resizing: holding.some(({ type }) => type === "Resizing"),
    fileSystemResizePending: holding.some(({ type }) => type === "FileSystemResizePending"),
    controllerError: messageOf("ControllerResizeError"),
    nodeError: messageOf("NodeResizeError"),
  };
}
