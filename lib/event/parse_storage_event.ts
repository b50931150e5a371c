/**
 * Reads StorageEvents back from the API server.
 *
 * @module
 */

import * as z from "zod";
import type { Reason } from "../explain/reasons.ts";
import { issuesText } from "../policy/schema_parts.ts";
import type { Millis } from "../units/millis.ts";
import { bytes } from "../units/bytes.ts";
import { parseBytes } from "../units/quantity.ts";
import type { Role } from "../view/role.ts";
import { parseAlertSpec, parseAlertStatus } from "./alert_fields.ts";
import { parseBreakerSpec, parseBreakerStatus } from "./breaker_fields.ts";
import { ownerReferencesSchema, owningClusterUid } from "./cluster_owner.ts";
import type { ConditionObject } from "./condition.ts";
import type {
  Condition,
  Event,
  EventStatus,
  ExpansionIntent,
  VolumeProgress,
  WalCleanupResult,
  WriteBack,
} from "./event.ts";
import {
  optionalTime,
  present,
  reasonAt,
  reasonOrUnknown,
  roleAt,
  timeAt,
} from "./parse_fields.ts";
import {
  type AffectedClaim,
  type StorageEventSpec,
  storageEventSpecSchema,
} from "./storage_event_spec.ts";
import {
  type ClaimStatus,
  type StorageEventStatus,
  storageEventStatusSchema,
} from "./storage_event_status.ts";

const storageEventSchema = z.object({
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    creationTimestamp: z.string(),
    ownerReferences: ownerReferencesSchema,
  }),
  spec: storageEventSpecSchema,
  status: storageEventStatusSchema.optional(),
});

/** The Cluster of a stored event. */
export interface EventCluster {
  readonly namespace: string;
  readonly name: string;
  /** From the owner reference: a Cluster may have been deleted and made anew under its name. */
  readonly uid?: string | undefined;
}

/** A StorageEvent, or what is wrong with the object, in one line. */
export type ParsedEvent =
  | {
    readonly kind: "event";
    readonly event: Event;
    readonly cluster: EventCluster;
    /** As they stand, for {@link storageEventStatus}. */
    readonly conditions: readonly ConditionObject[];
  }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Reads a StorageEvent. What this product did not write, or a newer version wrote in words unknown here, is
 * `invalid`: an operation is never resumed from half of its state.
 *
 * An event without a status is one whose writer died before it wrote it. An expansion then begins, and an incident
 * is open: their specs hold what is needed. Every other event is a record, complete by its spec; were it open,
 * nobody would ever end it, and it would keep out all later ones of its cause.
 */
export function parseStorageEvent(json: unknown): ParsedEvent {
  const parsed = storageEventSchema.safeParse(json);
  if (!parsed.success) return invalid(issuesText(parsed.error));
  const { metadata, spec, status } = parsed.data;
  try {
    const createdAtMs = timeAt(metadata.creationTimestamp, "metadata.creationTimestamp");
    const event: Event = {
      ...draftOf(spec, status, createdAtMs),
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      createdAtMs,
    };
    const uid = owningClusterUid(metadata.ownerReferences, spec.clusterRef.name);
    const cluster = { ...spec.clusterRef, uid };
    return { kind: "event", event, cluster, conditions: status?.conditions ?? [] };
  } catch (error) {
    if (error instanceof SyntaxError) return invalid(error.message);
    throw error;
  }
}

function draftOf(
  spec: StorageEventSpec,
  status: StorageEventStatus | undefined,
  createdAtMs: Millis,
): Omit<Event, "name" | "uid" | "resourceVersion" | "createdAtMs"> {
  return {
    eventType: spec.eventType,
    trigger: spec.trigger,
    dryRun: spec.dryRun ?? false,
    reason: readerOf(spec)(spec.reason, "spec.reason"),
    message: spec.message ?? "",
    manualRequestedAt: spec.manualRequestedAt,
    expansion: spec.expansion === undefined ? undefined : intentOf(spec, spec.expansion),
    walCleanup: spec.walCleanup === undefined ? undefined : walCleanupOf(spec.walCleanup),
    alert: spec.alert === undefined ? undefined : parseAlertSpec(spec.alert, optionalRole(spec)),
    breaker: spec.circuitBreaker === undefined
      ? undefined
      : parseBreakerSpec(spec.circuitBreaker, optionalRole(spec)),
    status: status?.phase === undefined
      ? initialStatus(spec, createdAtMs)
      : statusOf(status, status.phase, spec),
  };
}

type ReadReason = (text: string | undefined, path: string) => Reason;

/** Only what an operation is resumed from has to be understood word by word. */
function readerOf({ eventType }: StorageEventSpec): ReadReason {
  return eventType === "expansion" ? reasonAt : reasonOrUnknown;
}

function optionalRole({ role }: StorageEventSpec): Role | undefined {
  return role === undefined ? undefined : roleAt(role, "spec.role");
}

function intentOf(
  spec: StorageEventSpec,
  expansion: NonNullable<StorageEventSpec["expansion"]>,
): ExpansionIntent {
  return {
    role: roleAt(spec.role, "spec.role"),
    originalBytes: parseBytes(expansion.originalSize),
    requestedBytes: parseBytes(expansion.requestedSize),
    limitBytes: parseBytes(present(expansion.limit, "spec.expansion.limit")),
    canaryClaimName: present(expansion.canary, "spec.expansion.canary"),
    writeBack: present(expansion.writeBack, "spec.expansion.writeBack"),
    parallelism: present(expansion.parallelism, "spec.expansion.parallelism"),
  };
}

function walCleanupOf(
  { filesRemoved, spaceFreedBytes, oldestRetained }: NonNullable<StorageEventSpec["walCleanup"]>,
): WalCleanupResult {
  return { filesRemoved, freedBytes: bytes(spaceFreedBytes), oldestRetained };
}

function initialStatus(spec: StorageEventSpec, createdAtMs: Millis): EventStatus {
  const { eventType, dryRun, expansion } = spec;
  const volumes = (expansion?.affectedPVCs ?? []).map((claim): VolumeProgress => ({
    ...identityOf(claim, "spec.expansion.affectedPVCs"),
    step: "Queued",
  }));
  if (eventType === "alert" && spec.alert !== undefined) {
    return { phase: "InProgress", volumes, writeBack: { state: "skipped" }, conditions: [] };
  }
  const isOperation = eventType === "expansion" && expansion !== undefined && dryRun !== true;
  if (!isOperation) {
    const writeBack = { state: "skipped" } as const;
    return { phase: "Completed", completedAtMs: createdAtMs, volumes, writeBack, conditions: [] };
  }
  const state = expansion.writeBack === "cluster" ? "pending" : "skipped";
  return { phase: "Pending", volumes, writeBack: { state }, conditions: [] };
}

function statusOf(
  status: StorageEventStatus,
  phase: EventStatus["phase"],
  spec: StorageEventSpec,
): EventStatus {
  const { alert, circuitBreaker } = status;
  const readReason = readerOf(spec);
  return {
    phase,
    startedAtMs: optionalTime(status.startTime, "status.startTime"),
    completedAtMs: optionalTime(status.completionTime, "status.completionTime"),
    volumes: (status.pvcStatuses ?? []).map(volumeOf),
    writeBack: spec.eventType !== "expansion" && status.writeBack === undefined
      ? { state: "skipped" }
      : writeBackOf(present(status.writeBack, "status.writeBack")),
    conditions: (status.conditions ?? []).map((condition) => conditionOf(condition, readReason)),
    retry: status.retryCount === undefined ? undefined : {
      count: status.retryCount,
      nextAtMs: optionalTime(status.nextRetryTime, "status.nextRetryTime"),
    },
    alert: alert === undefined ? undefined : parseAlertStatus(alert),
    breaker: circuitBreaker === undefined ? undefined : parseBreakerStatus(circuitBreaker),
  };
}

function volumeOf(claim: ClaimStatus): VolumeProgress {
  const path = `status.pvcStatuses[${claim.name}]`;
  return {
    ...identityOf(claim, path),
    step: present(claim.step, `${path}.step`),
    requestedAtMs: optionalTime(claim.requestedTime, `${path}.requestedTime`),
    controllerResizedAtMs: optionalTime(
      claim.controllerResizedTime,
      `${path}.controllerResizedTime`,
    ),
    nudgedAtMs: optionalTime(claim.nudgedTime, `${path}.nudgedTime`),
    finishedAtMs: optionalTime(claim.completionTime, `${path}.completionTime`),
    newBytes: claim.newSize === undefined ? undefined : parseBytes(claim.newSize),
    verifiedBy: claim.verifiedBy,
    failure: claim.error === undefined ? undefined : {
      reason: reasonAt(claim.reason, `${path}.reason`),
      message: claim.error,
    },
  };
}

function identityOf(
  claim: AffectedClaim,
  path: string,
): Pick<
  VolumeProgress,
  | "claimName"
  | "claimUid"
  | "instance"
  | "nodeName"
  | "originalBytes"
  | "fileSystemBytesBefore"
> {
  const { fileSystemBytesBefore: before } = claim;
  return {
    claimName: claim.name,
    claimUid: present(claim.uid, `${path}.uid`),
    instance: present(claim.instance, `${path}.instance`),
    nodeName: claim.node,
    originalBytes: parseBytes(present(claim.originalSize, `${path}.originalSize`)),
    fileSystemBytesBefore: before === undefined ? undefined : bytes(before),
  };
}

function writeBackOf(
  { state, message }: NonNullable<StorageEventStatus["writeBack"]>,
): WriteBack {
  return state === "failed" ? { state, message: message ?? "" } : { state };
}

function conditionOf(
  { type, status, reason, message }: ConditionObject,
  readReason: ReadReason,
): Condition {
  return {
    type,
    status,
    reason: readReason(reason, `status.conditions[${type}].reason`),
    message: message ?? "",
  };
}

function invalid(what: string): ParsedEvent {
  return { kind: "invalid", message: `Cannot read the StorageEvent: ${what}` };
}
