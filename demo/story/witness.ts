/**
 * Collects evidence: looks at the truth at every tick of the world, and reads every request in the audit.
 *
 * @module
 */

import { atLeast, type Level, LEVELS } from "../../lib/threshold/level.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { JsonObject } from "../../kube/api.ts";
import type { AuditRecord, SimulatedCluster, World } from "../../sim/mod.ts";
import { NO_WAL_SPACE_EXIT_CODE } from "../../sim/operator/names.ts";
import { objectAt, objectsAt, textAt } from "../../sim/component/read_json.ts";
import type { Evidence, Operation } from "./evidence.ts";
import { requestedBytes } from "./requested_bytes.ts";
import { subjectOf } from "./subject.ts";

type Mutable = { -readonly [Field in keyof Evidence]: Evidence[Field] };

/** Evidence under collection. */
interface OpenEvidence extends Mutable {
  readonly requestedBytes: Map<string, number>;
  readonly peakUsedBytes: Map<string, number>;
  readonly declaredBytes: Map<string, number>;
  readonly reasons: Set<string>;
  readonly operations: Map<string, Operation>;
}

/** The thresholds of a policy that names none (PRD Default Thresholds). */
const EXPANSION_SHARE = 0.85;

/** Starts to collect about the clusters of a world; `manager` is the user as which the manager writes. */
export function collectEvidence(world: World, manager: string): readonly Evidence[] {
  const records = new Map(
    world.clusters.map((cluster) => [`${cluster.namespace}/${cluster.name}`, begin(cluster)]),
  );
  world.onStep((nowMs) => {
    for (const record of records.values()) look(record, nowMs);
  });
  world.server.audit((request) => {
    if (request.error !== undefined || request.dryRun || request.after === undefined) return;
    const record = records.get(subjectOf(request) ?? "");
    if (record === undefined) return;
    if (request.resource.plural === "clusters") readCluster(record, request.after);
    if (request.resource.plural === "persistentvolumeclaims") {
      record.requestedBytes.set(request.name.name, requestedBytes(request.after));
    }
    if (request.user === manager) readManager(record, request);
  });
  return [...records.values()];
}

function begin(cluster: SimulatedCluster): OpenEvidence {
  const volumes = cluster.instances.flatMap((instance) => instance.volumes);
  return {
    cluster,
    startBytes: new Map(
      volumes.map(({ claimName, fileSystem }) => [claimName, fileSystem.deviceBytes]),
    ),
    requestedBytes: new Map(),
    peakUsedBytes: new Map(),
    declaredBytes: new Map(),
    phase: "",
    wasDown: false,
    reasons: new Set(),
    operations: new Map(),
  };
}

function look(record: OpenEvidence, nowMs: number): void {
  for (const { volumes, postgres } of record.cluster.instances) {
    const { state } = postgres;
    if (state.kind === "exited" && state.exitCode === NO_WAL_SPACE_EXIT_CODE) record.wasDown = true;
    for (const { role, fileSystem: { usedBytes, availableBytes } } of volumes) {
      record.peakUsedBytes.set(role, Math.max(usedBytes, record.peakUsedBytes.get(role) ?? 0));
      if (usedBytes >= EXPANSION_SHARE * (usedBytes + availableBytes)) {
        record.troubleAtMs ??= nowMs;
      }
    }
  }
}

function readCluster(record: OpenEvidence, object: JsonObject): void {
  record.phase = textAt(object, "status", "phase") ?? record.phase;
  for (const [role, field] of [["data", "storage"], ["wal", "walStorage"]] as const) {
    const size = textAt(object, "spec", field, "size");
    if (size !== undefined) record.declaredBytes.set(role, parseBytes(size));
  }
}

function readManager(
  record: OpenEvidence,
  { resource, atMs, before, after = {} }: AuditRecord,
): void {
  switch (resource.plural) {
    case "clusterstorages":
      return readClusterStorage(record, after, atMs);
    case "storageevents":
      return readStorageEvent(record, after);
    case "events":
      return note(record, textAt(after, "reason"));
    case "persistentvolumeclaims":
      if (before !== undefined && requestedBytes(after) > requestedBytes(before)) {
        record.requestedAtMs ??= atMs;
      }
      return;
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
}

function isPressing(level: Level | "unknown" | undefined): boolean {
  return level !== undefined && level !== "unknown" && atLeast(level, "expansion");
}

function readStorageEvent(record: OpenEvidence, object: JsonObject): void {
  const status = objectAt(object, "status");
  const phase = textAt(status, "phase");
  record.operations.set(textAt(object, "metadata", "name") ?? "", {
    phase: phase === "Completed" || phase === "Failed" ? phase : "open",
    dryRun: objectAt(object, "spec").dryRun === true,
  });
  noteConditions(record, status, ["True", "False"]);
  for (const claim of objectsAt(status, "pvcStatuses")) note(record, textAt(claim, "reason"));
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
