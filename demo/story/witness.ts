/**
 * Collects evidence: looks at the truth at every tick of the world, and reads every request in the audit.
 *
 * @module
 */

import { readDuration } from "../../lib/policy/duration_schema.ts";
import { SECOND } from "../../lib/units/millis.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { JsonObject } from "../../kube/api.ts";
import type { AuditRecord, SimulatedCluster, SimulatedInstance, World } from "../../sim/mod.ts";
import { NO_WAL_SPACE_EXIT_CODE } from "../../sim/operator/names.ts";
import { textAt } from "../../sim/component/read_json.ts";
import type { Incident } from "../incidents.ts";
import type { Evidence } from "./evidence.ts";
import { type OpenEvidence, readManager } from "./read_manager.ts";
import { requestedBytes } from "./requested_bytes.ts";
import { subjectOf } from "./subject.ts";

/** A cluster, and what befalls it. */
export interface Case {
  readonly incident: Incident;
  readonly cluster: SimulatedCluster;
}

/** A cluster's evidence, and what befalls it. */
export interface WitnessedCase {
  readonly incident: Incident;
  readonly evidence: Evidence;
}

interface OpenCase {
  readonly timeToFullMs: number | undefined;
  /** Instances that were down when the manager came, and have not run since. */
  readonly found: Set<string>;
  readonly record: OpenEvidence;
}

/** The thresholds of a policy that names none (PRD Default Thresholds). */
export const EXPANSION_SHARE = 0.85;

/**
 * Starts to collect; `manager` is the user as which the manager writes. What befalls a cluster before the manager's
 * first request is not held against it.
 */
export function collectEvidence(
  world: World,
  manager: string,
  cases: readonly Case[],
): readonly WitnessedCase[] {
  const open = new Map(
    cases.map(({ incident, cluster }) => [`${cluster.namespace}/${cluster.name}`, {
      record: begin(cluster),
      timeToFullMs: timeToFullOf(incident),
      found: new Set<string>(),
    }]),
  );
  let isManagerThere = false;
  world.onStep((nowMs) => {
    for (const known of open.values()) look(known, isManagerThere, nowMs);
  });
  world.server.audit((request) => {
    if (request.user === manager && !isManagerThere) {
      isManagerThere = true;
      for (const known of open.values()) look(known, isManagerThere, request.atMs);
    }
    if (request.error !== undefined || request.dryRun || request.after === undefined) return;
    const record = open.get(subjectOf(request) ?? "")?.record;
    if (record !== undefined) read(record, request, manager);
  });
  return cases.flatMap(({ incident, cluster }) => {
    const evidence = open.get(`${cluster.namespace}/${cluster.name}`)?.record;
    return evidence === undefined ? [] : [{ incident, evidence }];
  });
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
    phases: new Set(),
    foundDown: false,
    wasDown: false,
    askedWhileOpen: false,
    changed: new Set(),
    reasons: new Set(),
    conditions: new Map(),
    events: new Map(),
  };
}

function timeToFullOf({ scenario: { policy } }: Incident): number | undefined {
  const text = policy?.thresholds?.timeToFull;
  return text === undefined ? undefined : readDuration(text);
}

function look(known: OpenCase, isManagerThere: boolean, nowMs: number): void {
  const { record, timeToFullMs } = known;
  const { cluster } = record;
  for (const instance of cluster.instances) {
    lookAtServer(known, instance, isManagerThere);
    for (const { role, fileSystem: { usedBytes, availableBytes } } of instance.volumes) {
      record.peakUsedBytes.set(role, Math.max(usedBytes, record.peakUsedBytes.get(role) ?? 0));
      const isPressing = usedBytes >= EXPANSION_SHARE * (usedBytes + availableBytes) ||
        isSoonFull(cluster, availableBytes, timeToFullMs);
      if (isPressing && isManagerThere) record.troubleAtMs ??= nowMs;
    }
  }
}

function lookAtServer(
  { record, found }: OpenCase,
  { name, postgres: { state } }: SimulatedInstance,
  isManagerThere: boolean,
): void {
  const isDown = state.kind === "exited" && state.exitCode === NO_WAL_SPACE_EXIT_CODE;
  if (state.kind === "running") found.delete(name);
  if (isDown && !isManagerThere) found.add(name);
  if (found.size > 0) record.foundDown = true;
  if (isDown && !found.has(name)) record.wasDown = true;
}

function isSoonFull(
  { workload: { dataBytesPerSecond } }: SimulatedCluster,
  availableBytes: number,
  timeToFullMs: number | undefined,
): boolean {
  return timeToFullMs !== undefined &&
    availableBytes < dataBytesPerSecond * timeToFullMs / SECOND;
}

function read(record: OpenEvidence, request: AuditRecord, manager: string): void {
  const { resource, user, name, after = {} } = request;
  if (resource.plural === "clusters") readCluster(record, after);
  if (resource.plural === "persistentvolumeclaims") {
    record.requestedBytes.set(name.name, requestedBytes(after));
  }
  if (user === manager) readManager(record, request);
}

function readCluster(record: OpenEvidence, object: JsonObject): void {
  record.phase = textAt(object, "status", "phase") ?? record.phase;
  if (record.phase !== "") record.phases.add(record.phase);
  for (const [role, field] of [["data", "storage"], ["wal", "walStorage"]] as const) {
    const size = textAt(object, "spec", field, "size");
    if (size !== undefined) record.declaredBytes.set(role, parseBytes(size));
  }
}
