/**
 * What the manager says and does about a cluster, read from its requests.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { storageEventSpecSchema } from "../../lib/event/storage_event_spec.ts";
import { atLeast, type Level, LEVELS } from "../../lib/threshold/level.ts";
import { objectAt, objectsAt, textAt } from "../../sim/component/read_json.ts";
import type { AuditRecord } from "../../sim/mod.ts";
import type { Evidence, Told } from "./evidence.ts";
import { requestedBytes } from "./requested_bytes.ts";

type Mutable = { -readonly [Field in keyof Evidence]: Evidence[Field] };

/** Evidence under collection. */
export interface OpenEvidence extends Mutable {
  readonly requestedBytes: Map<string, number>;
  readonly peakUsedBytes: Map<string, number>;
  readonly declaredBytes: Map<string, number>;
  readonly phases: Set<string>;
  readonly changed: Set<string>;
  readonly reasons: Set<string>;
  readonly conditions: Map<string, "true" | "passed">;
  readonly events: Map<string, Told>;
}

/** Adds a request of the manager that was served. */
export function readManager(record: OpenEvidence, request: AuditRecord): void {
  const { resource, atMs, after = {} } = request;
  switch (resource.plural) {
    case "clusterstorages":
      return readClusterStorage(record, after, atMs);
    case "storageevents":
      return readStorageEvent(record, after);
    case "events":
      return note(record, textAt(after, "reason"));
    case "persistentvolumeclaims":
    case "clusters":
    case "pods":
      return readChange(record, request);
    default:
      return;
  }
}

function readClusterStorage(record: OpenEvidence, object: JsonObject, atMs: number): void {
  const status = objectAt(object, "status");
  const level = textAt(status, "level");
  if (level !== undefined) record.level = LEVELS.find((known) => known === level) ?? "unknown";
  record.says = textAt(status, "nextAction") ?? record.says;
  if (isPressing(record.level)) record.detectedAtMs ??= atMs;
  noteConditions(record, status, ["True"]);
  for (const condition of objectsAt(status, "conditions")) {
    const type = textAt(condition, "type") ?? "";
    if (textAt(condition, "status") === "True") record.conditions.set(type, "true");
    else if (record.conditions.has(type)) record.conditions.set(type, "passed");
  }
}

function isPressing(level: Level | "unknown" | undefined): boolean {
  return level !== undefined && level !== "unknown" && atLeast(level, "expansion");
}

function readStorageEvent(record: OpenEvidence, object: JsonObject): void {
  const { data: spec } = storageEventSpecSchema.safeParse(object.spec);
  if (spec === undefined) return;
  const status = objectAt(object, "status");
  const phase = textAt(status, "phase");
  const halfOpenTime = textAt(status, "circuitBreaker", "halfOpenTime");
  record.events.set(textAt(object, "metadata", "name") ?? "", {
    eventType: spec.eventType,
    phase: phase === "Completed" || phase === "Failed" ? phase : "open",
    dryRun: spec.dryRun === true,
    reason: spec.reason,
    halfOpenAtMs: halfOpenTime === undefined ? undefined : Date.parse(halfOpenTime),
  });
  noteConditions(record, status, ["True", "False"]);
  for (const claim of objectsAt(status, "pvcStatuses")) note(record, textAt(claim, "reason"));
}

function readChange(
  record: OpenEvidence,
  { resource: { plural }, atMs, before, after = {} }: AuditRecord,
): void {
  if (before === undefined || isSame(before, after)) return;
  record.changed.add(plural);
  if (plural !== "persistentvolumeclaims" || requestedBytes(after) <= requestedBytes(before)) {
    return;
  }
  if (record.requestedAtMs === undefined) record.requestedAtShare = fullestShare(record);
  record.requestedAtMs ??= atMs;
  const isOpen = [...record.events.values()].some(({ phase, halfOpenAtMs = 0 }) =>
    phase === "open" && atMs < halfOpenAtMs
  );
  if (isOpen) record.askedWhileOpen = true;
}

/** The version is new after every request that changes something, and only then. */
function isSame(before: JsonObject, after: JsonObject): boolean {
  return textAt(before, "metadata", "resourceVersion") ===
    textAt(after, "metadata", "resourceVersion");
}

function fullestShare({ cluster }: OpenEvidence): number {
  const shares = cluster.instances
    .flatMap(({ volumes }) => volumes)
    .map(({ fileSystem: { usedBytes, availableBytes } }) =>
      usedBytes / (usedBytes + availableBytes)
    );
  return Math.max(0, ...shares);
}

function noteConditions(record: OpenEvidence, status: JsonObject, wanted: readonly string[]): void {
  for (const condition of objectsAt(status, "conditions")) {
    if (wanted.includes(textAt(condition, "status") ?? "")) {
      note(record, textAt(condition, "reason"));
    }
  }
}

/** What was said before there was trouble does not count as telling of it. */
function note(record: OpenEvidence, reason: string | undefined): void {
  if (reason !== undefined && record.troubleAtMs !== undefined) record.reasons.add(reason);
}
