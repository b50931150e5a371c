/**
 * `status` of a StorageEvent: how far it is (PRD StorageEvent CRD).
 *
 * @module
 */

import * as z from "zod";
import {
  integerSchema,
  objectNameSchema,
  sizeSchema,
  textSchema,
  timestampSchema,
} from "../policy/schema_parts.ts";
import { alertStatusSchema } from "./alert_fields.ts";
import { breakerStatusSchema } from "./breaker_fields.ts";
import { conditionsSchema } from "./condition.ts";
import { EVENT_MESSAGE_LENGTH_MAX, reasonSchema, uidSchema } from "./event_limits.ts";
import { EVENT_VOLUMES_MAX } from "./storage_event_spec.ts";

/** Phases of an event and of each of its volumes. */
const phaseSchema = z.enum(["Pending", "InProgress", "Completed", "Failed"]);

const RETRIES_MAX = 1_000_000;

const claimStatusSchema = z.object({
  name: objectNameSchema("Name of the PersistentVolumeClaim."),
  uid: uidSchema("UID of the claim; names are reused.").optional(),
  instance: objectNameSchema("Instance that the volume belongs to.").optional(),
  node: objectNameSchema("Node on which the volume is mounted.").optional(),
  phase: phaseSchema.meta({ description: "How far the volume is." }),
  step: z.enum(["Queued", "Requested", "ControllerResized", "Verified", "Failed"]).optional().meta({
    description: "How far the volume is, step by step.",
  }),
  originalSize: sizeSchema("Capacity of the claim before.").optional(),
  newSize: sizeSchema("Capacity of the claim after.").optional(),
  filesystemResized: z.boolean().optional().meta({
    description: "Whether the file system is known to have grown.",
  }),
  fileSystemBytesBefore: integerSchema(
    0,
    Number.MAX_SAFE_INTEGER,
    "Size of the file system before, in bytes, as measured.",
  ).optional(),
  requestedTime: timestampSchema("When the claim was asked for the size.").optional(),
  controllerResizedTime: timestampSchema("When the storage provider had grown the volume.")
    .optional(),
  nudgedTime: timestampSchema("When the pod was annotated so that its kubelet looks at once.")
    .optional(),
  completionTime: timestampSchema("When the volume was done, or had failed.").optional(),
  verifiedBy: z.enum(["statfs", "kubelet", "kubernetes"]).optional().meta({
    description: "What confirmed that the file system has grown, best first.",
  }),
  error: textSchema(EVENT_MESSAGE_LENGTH_MAX, "Why the volume failed, in a sentence.").optional(),
  reason: reasonSchema("Why the volume failed, in one word of the vocabulary.").optional(),
});

/** `status` of a StorageEvent. */
export const storageEventStatusSchema = z.object({
  phase: phaseSchema.optional().meta({ description: "How far the event is." }),
  startTime: timestampSchema("When work began.").optional(),
  completionTime: timestampSchema("When the event was over.").optional(),
  pvcStatuses: z.array(claimStatusSchema).max(EVENT_VOLUMES_MAX).optional().meta({
    description: "How far each volume is.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
  }),
  writeBack: z.object({
    state: z.enum(["pending", "done", "skipped", "failed"]).meta({ description: "How far it is." }),
    message: textSchema(EVENT_MESSAGE_LENGTH_MAX, "Why it failed.").optional(),
  }).optional().meta({ description: "The size in the Cluster's spec, the last step." }),
  conditions: conditionsSchema.optional(),
  retryCount: integerSchema(0, RETRIES_MAX, "How many tries have failed.").optional(),
  nextRetryTime: timestampSchema("When the next try is due.").nullable().optional(),
  alert: alertStatusSchema.optional(),
  circuitBreaker: breakerStatusSchema.optional(),
}).meta({ description: "How far the event is." });

/** `status` of a StorageEvent. */
export type StorageEventStatus = z.infer<typeof storageEventStatusSchema>;
/** How far one volume is. */
export type ClaimStatus = z.infer<typeof claimStatusSchema>;
