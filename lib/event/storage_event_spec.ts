/**
 * `spec` of a StorageEvent: what was set out to be done (PRD StorageEvent CRD).
 *
 * The schema accepts every object of the PRD's shape; what only this product adds is optional here, and
 * {@link parseStorageEvent} says what is missing for an operation.
 *
 * @module
 */

import * as z from "zod";
import {
  celRules,
  integerSchema,
  objectNameSchema,
  sizeSchema,
  textSchema,
} from "../policy/schema_parts.ts";
import { alertSpecSchema } from "./alert_fields.ts";
import { breakerSpecSchema } from "./breaker_fields.ts";
import { EVENT_MESSAGE_LENGTH_MAX, reasonSchema, uidSchema } from "./event_limits.ts";

/** Most volumes of one operation: one for each instance, and CloudNativePG clusters have a handful. */
export const EVENT_VOLUMES_MAX = 256;

const PARALLELISM_MAX = 100;

/** `data`, `wal` or a tablespace. PostgreSQL names have up to 63 bytes. */
const ROLE_LENGTH_MAX = 80;

/** The annotation's value as the user wrote it: compared, never interpreted. */
const REQUEST_LENGTH_MAX = 1024;

/** Timeline, log and segment in hexadecimal, with room for a suffix. */
const SEGMENT_LENGTH_MAX = 64;

const affectedClaimSchema = z.object({
  name: objectNameSchema("Name of the PersistentVolumeClaim."),
  uid: uidSchema("UID of the claim; names are reused.").optional(),
  instance: objectNameSchema("Instance that the volume belongs to.").optional(),
  node: objectNameSchema("Node on which the volume was mounted.").optional(),
  originalSize: sizeSchema("Capacity of the claim before.").optional(),
  fileSystemBytesBefore: integerSchema(
    0,
    Number.MAX_SAFE_INTEGER,
    "Size of the file system before, in bytes, as measured.",
  ).optional(),
});

const expansionSchema = z.object({
  originalSize: sizeSchema("Capacity of the first volume before."),
  requestedSize: sizeSchema("The size that every affected volume shall have."),
  limit: sizeSchema("No volume of this operation is ever asked to exceed it.").optional(),
  canary: objectNameSchema("Name of the claim that grows first, alone.").optional(),
  writeBack: z.enum(["cluster", "none"]).optional().meta({
    description: "Whether the Cluster's spec is raised afterwards.",
  }),
  parallelism: integerSchema(1, PARALLELISM_MAX, "How many volumes after the canary grow at once.")
    .optional(),
  affectedPVCs: z.array(affectedClaimSchema).max(EVENT_VOLUMES_MAX).meta({
    description: "The claims of the operation, as they stood when it began.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
  }),
}).meta({ description: "What an expansion set out to do." });

const walCleanupSchema = z.object({
  filesRemoved: integerSchema(0, 100_000_000, "How many WAL files were removed."),
  spaceFreedBytes: integerSchema(0, Number.MAX_SAFE_INTEGER, "How many bytes that freed."),
  oldestRetained: textSchema(SEGMENT_LENGTH_MAX, "Name of the oldest segment that was kept.")
    .optional(),
}).meta({ description: "What a removal of WAL came to." });

const IMMUTABLE_MESSAGE = "what an event set out to do cannot be changed";

/** `spec` of a StorageEvent. */
export const storageEventSpecSchema = z.object({
  clusterRef: z.object({
    name: objectNameSchema("Name of the Cluster."),
    namespace: objectNameSchema("Namespace of the Cluster."),
  }).meta({ description: "The Cluster that the event is about." }),
  eventType: z.enum(["expansion", "wal-cleanup", "alert", "circuit-breaker"]).meta({
    description: "What kind of event it is.",
  }),
  trigger: z.enum(["threshold-breach", "manual", "scheduled"]).meta({
    description: "What set the event off.",
  }),
  dryRun: z.boolean().optional().meta({
    description: "The event records what would have been done; nothing was.",
  }),
  role: z.string().max(ROLE_LENGTH_MAX).regex(/^(data|wal|tbs:.+)$/).optional().meta({
    description: "Role of the volumes: data, wal, or tbs: and the name of a tablespace.",
  }),
  reason: reasonSchema("Why, in one word of the product's vocabulary.").optional(),
  message: textSchema(EVENT_MESSAGE_LENGTH_MAX, "Why, in a sentence.").optional(),
  manualRequestedAt: textSchema(
    REQUEST_LENGTH_MAX,
    "The `expansion-requested` annotation that the event answers; a request is honoured once.",
  ).optional(),
  expansion: expansionSchema.optional(),
  walCleanup: walCleanupSchema.optional(),
  alert: alertSpecSchema.optional(),
  circuitBreaker: breakerSpecSchema.optional(),
}).meta({
  description:
    "What was set out to be done. The spec is a record: only walCleanup is filled in later.",
  ...celRules(
    ...["clusterRef", "eventType", "trigger"].map((field) => ({
      rule: `self.${field} == oldSelf.${field}`,
      message: `${field}: ${IMMUTABLE_MESSAGE}`,
    })),
    {
      rule: "has(self.expansion) == has(oldSelf.expansion) && " +
        "(!has(self.expansion) || self.expansion == oldSelf.expansion)",
      message: `expansion: ${IMMUTABLE_MESSAGE}`,
    },
    {
      rule: "has(self.alert) == has(oldSelf.alert) && " +
        "(!has(self.alert) || self.alert == oldSelf.alert)",
      message: `alert: ${IMMUTABLE_MESSAGE}`,
    },
  ),
});

/** `spec` of a StorageEvent. */
export type StorageEventSpec = z.infer<typeof storageEventSpecSchema>;
/** A claim of an expansion, as it stood when the operation began. */
export type AffectedClaim = z.infer<typeof affectedClaimSchema>;
