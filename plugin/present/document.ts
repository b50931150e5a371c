/**
 * What `-o json` and `-o yaml` print: a shape of its own, which stays what it is when the custom resources change.
 *
 * @module
 */

import * as z from "zod";

import { type ClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event } from "../../lib/event/event.ts";
import { LEVELS } from "../../lib/threshold/level.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import type { ClusterReport } from "../read/report.ts";
import { goalOf, openOperations, outcomeOf, recentEvents } from "./operations.ts";
import { settingsOf } from "./policy.ts";
import { fullestOf, stateOf, STATES } from "./state.ts";

/** `apiVersion` of what is printed: fields are added to a version, never taken away or given another meaning. */
export const DOCUMENT_VERSION = "cli.cnpg.supporttools.io/v1";

const level = z.enum([...LEVELS, "unknown"]);
const amount = z.string().nullable();
const share = z.int().min(0).max(100).nullable();

/** A volume; null where nothing is known. */
const volumeDocument = z.object({
  instance: z.string(),
  role: z.string(),
  claim: z.string(),
  level,
  reason: z.string().nullable(),
  message: z.string().nullable(),
  pressurePercent: share,
  usedPercent: share,
  used: amount,
  available: amount,
  capacity: amount,
  requested: z.string(),
  source: z.string().nullable(),
  lastSampleTime: z.string().nullable(),
});

/** One cluster of a list. */
export const clusterDocument = z.object({
  namespace: z.string(),
  name: z.string(),
  level,
  state: z.enum(STATES),
  stateReason: z.string().nullable(),
  pressurePercent: share,
  fullest: volumeDocument.nullable(),
  nextAction: z.string().nullable(),
  policy: z.object({ name: z.string(), dryRun: z.boolean().nullable() }).nullable(),
  conditions: z.array(z.object({
    type: z.string(),
    status: z.enum(["True", "False", "Unknown"]),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    lastTransitionTime: z.string().nullable(),
  })),
  lastUpdated: z.string().nullable(),
});

const eventDocument = z.object({
  name: z.string(),
  type: z.string(),
  phase: z.string(),
  dryRun: z.boolean(),
  reason: z.string(),
  message: z.string(),
  created: z.string(),
  /** Null while it is under way. */
  outcome: z.object({ reason: z.string(), message: z.string() }).nullable(),
});

const operationDocument = eventDocument.extend({
  goal: z.string(),
  volumes: z.array(z.object({
    instance: z.string(),
    claim: z.string(),
    step: z.string(),
    originalSize: z.string(),
    failure: z.string().nullable(),
  })),
  writeBack: z.string(),
});

const remedyDocument = z.object({ reason: z.string(), change: z.string(), command: z.string() });

/** What `status` prints of many clusters. */
export const listDocument = z.object({
  apiVersion: z.literal(DOCUMENT_VERSION),
  kind: z.literal("ClusterStorageReportList"),
  items: z.array(clusterDocument),
});

/** What `status CLUSTER` and `explain CLUSTER` print. */
export const reportDocument = clusterDocument.extend({
  apiVersion: z.literal(DOCUMENT_VERSION),
  kind: z.literal("ClusterStorageReport"),
  volumes: z.array(volumeDocument),
  operations: z.array(operationDocument).nullable(),
  events: z.array(eventDocument).nullable(),
  settings: z.array(z.object({ path: z.string(), value: z.string(), origin: z.string() }))
    .nullable(),
  unread: z.array(z.string()),
  explanation: z.array(z.object({ heading: z.string(), sentences: z.array(z.string()) })),
  remedies: z.array(remedyDocument),
});

/** A printed list. */
export type ListDocument = z.infer<typeof listDocument>;
/** A printed report. */
export type ReportDocument = z.infer<typeof reportDocument>;
type ClusterDocument = z.infer<typeof clusterDocument>;
type VolumeDocument = z.infer<typeof volumeDocument>;
type EventDocument = z.infer<typeof eventDocument>;

/** The list as it is printed. */
export function listDocumentOf(storages: readonly ClusterStorage[]): ListDocument {
  return {
    apiVersion: DOCUMENT_VERSION,
    kind: "ClusterStorageReportList",
    items: storages.map(clusterDocumentOf),
  };
}

/** The report as it is printed. */
export function reportDocumentOf(
  report: ClusterReport,
  told: Pick<ReportDocument, "explanation" | "remedies">,
): ReportDocument {
  const { storage, events, policies, annotations } = report;
  const read = events.kind === "read" ? events.value : undefined;
  const sources = policies.kind === "read" ? policies.value : undefined;
  return {
    apiVersion: DOCUMENT_VERSION,
    kind: "ClusterStorageReport",
    ...clusterDocumentOf(storage),
    volumes: (storage.status.volumes ?? []).map(volumeDocumentOf),
    operations: read === undefined ? null : openOperations(read).map(operationDocumentOf),
    events: read === undefined ? null : recentEvents(read).map(eventDocumentOf),
    settings: sources === undefined ? null : settingsOf(sources),
    unread: [events, policies, annotations].flatMap((reading) =>
      reading.kind === "unread" ? [reading.message] : []
    ),
    ...told,
  };
}

function clusterDocumentOf({ namespace, name, status }: ClusterStorage): ClusterDocument {
  const { state, reason } = stateOf(status);
  const fullest = fullestOf(status.volumes);
  const { policy } = status;
  return {
    namespace,
    name,
    level: status.level ?? "unknown",
    state,
    stateReason: reason ?? null,
    pressurePercent: status.pressurePercent ?? null,
    fullest: fullest === undefined ? null : volumeDocumentOf(fullest),
    nextAction: status.nextAction ?? null,
    policy: policy === undefined || policy === null
      ? null
      : { name: policy.name, dryRun: policy.dryRun ?? null },
    conditions: (status.conditions ?? []).map((condition) => ({
      type: condition.type,
      status: condition.status,
      reason: condition.reason ?? null,
      message: condition.message ?? null,
      lastTransitionTime: condition.lastTransitionTime ?? null,
    })),
    lastUpdated: status.lastUpdated ?? null,
  };
}

type VolumeStatus = NonNullable<ClusterStorage["status"]["volumes"]>[number];

function volumeDocumentOf(volume: VolumeStatus): VolumeDocument {
  return {
    instance: volume.instance,
    role: volume.role,
    claim: volume.claim,
    level: volume.level,
    reason: volume.reason ?? null,
    message: volume.message ?? null,
    pressurePercent: volume.pressurePercent ?? null,
    usedPercent: volume.usedPercent ?? null,
    used: volume.used ?? null,
    available: volume.available ?? null,
    capacity: volume.capacity ?? null,
    requested: volume.requested,
    source: volume.source ?? null,
    lastSampleTime: volume.lastSampleTime ?? null,
  };
}

function eventDocumentOf(event: Event): EventDocument {
  const { name, eventType, status, dryRun, reason, message, createdAtMs } = event;
  const created = formatTimestamp(createdAtMs);
  const ended = outcomeOf(event);
  return {
    name,
    type: eventType,
    phase: status.phase,
    dryRun,
    reason,
    message,
    created,
    outcome: ended === undefined ? null : { reason: ended.reason, message: ended.message },
  };
}

function operationDocumentOf(event: Event): z.infer<typeof operationDocument> {
  return {
    ...eventDocumentOf(event),
    goal: goalOf(event),
    volumes: event.status.volumes.map((volume) => ({
      instance: volume.instance,
      claim: volume.claimName,
      step: volume.step,
      originalSize: formatQuantity(volume.originalBytes),
      failure: volume.failure?.message ?? null,
    })),
    writeBack: event.status.writeBack.state,
  };
}
