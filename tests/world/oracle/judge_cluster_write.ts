/**
 * What may be written to Clusters and pods: a size that some volume has, our annotations, and the nudge.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import { type ClaimRecord, projectClaim } from "../../../controller/observe/project_claim.ts";
import { projectCluster } from "../../../controller/observe/project_cluster.ts";
import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../../kube/resources.ts";
import { ANNOTATION, ANNOTATION_PREFIX } from "../../../lib/policy/annotation_keys.ts";
import type { AuditRecord, StoredObjects } from "../../../sim/api_server/api_server.ts";
import type { Event } from "../../../lib/event/event.ts";
import { isOpenOperation, type StoredEvents } from "./stored_events.ts";
import { broken, type Violation } from "./violation.ts";

/** Judges a write to a Cluster by the claims that there are. */
export function judgeClusterWrite(
  record: AuditRecord,
  objects: StoredObjects,
  events: StoredEvents,
): Violation | undefined {
  if (record.resource.plural !== "clusters") return undefined;
  const { before, after } = record;
  if (record.verb !== "patch" || before === undefined || after === undefined) {
    return broken(record, "Clusters are only ever patched", record.verb);
  }
  const stranger = foreignAnnotation(before, after, (key) => key.startsWith(ANNOTATION_PREFIX));
  if (stranger !== undefined) return broken(record, "only our annotations are written", stranger);
  if (!isDeepStrictEqual(before["status"], after["status"])) {
    return broken(record, "a Cluster's status is the operator's", "it changed");
  }
  return judgeSizes(record, before, after, { objects, events });
}

/** Judges a write to a pod. */
export function judgePodWrite(record: AuditRecord): Violation | undefined {
  if (record.resource.plural !== POD.plural) return undefined;
  const { before, after } = record;
  if (record.verb !== "patch" || before === undefined || after === undefined) {
    return broken(record, "pods are only ever patched", record.verb);
  }
  const stranger = foreignAnnotation(before, after, (key) => key === ANNOTATION.nudge);
  if (stranger !== undefined) return broken(record, "a pod is only nudged", stranger);
  const [spec, next] = [before["spec"], after["spec"]];
  if (isDeepStrictEqual(spec, next)) return undefined;
  return broken(record, "a pod is only nudged", "its spec changed");
}

function judgeSizes(
  record: AuditRecord,
  before: JsonObject,
  after: JsonObject,
  { objects, events }: { readonly objects: StoredObjects; readonly events: StoredEvents },
): Violation | undefined {
  const [old, next] = [projectCluster(before), projectCluster(after)];
  const claims = objects.all(PERSISTENT_VOLUME_CLAIM).map(projectClaim)
    .filter(({ namespace, clusterName }) =>
      namespace === next.namespace && clusterName === next.name
    );
  for (const { role, sizeBytes } of next.declaredSizes) {
    const was = old.declaredSizes.find((size) => size.role === role)?.sizeBytes;
    if (was === sizeBytes) continue;
    if (was === undefined || sizeBytes < was) {
      return broken(record, "a declared size is only raised", `${role}: ${was} to ${sizeBytes}`);
    }
    if (!claims.some((claim) => hasSize(claim, role, sizeBytes))) {
      return broken(
        record,
        "a size is declared once a volume has it",
        `${role}: no claim of ${claims.length} has ${sizeBytes}`,
      );
    }
    const early = earlyWriteBack(record, events.of(next.uid), claims, role, sizeBytes);
    if (early !== undefined) return early;
  }
  return undefined;
}

/** After so long a volume is waited for no more: its provider, then its node, has missed the deadline. */
const VOLUME_MS_MAX = 10 * 60_000;

/** The spec comes last: an operation declares its size once its volumes have it, or have had their time. */
function earlyWriteBack(
  record: AuditRecord,
  events: readonly Event[],
  claims: readonly ClaimRecord[],
  role: string,
  sizeBytes: number,
): Violation | undefined {
  const found = events
    .filter(({ expansion }) =>
      expansion?.role === role && expansion.requestedBytes === sizeBytes &&
      expansion.writeBack === "cluster"
    )
    .filter(isOpenOperation)
    .map((operation) => whyEarly(record, operation, claims, sizeBytes));
  if (found.length === 0) {
    return broken(record, "a size is declared by an open operation", `${role}: ${sizeBytes}`);
  }
  return found.includes(undefined) ? undefined : found[0];
}

function whyEarly(
  record: AuditRecord,
  { status }: Event,
  claims: readonly ClaimRecord[],
  sizeBytes: number,
): Violation | undefined {
  const waiting = status.volumes.find(({ claimUid, step, requestedAtMs }) =>
    step !== "Failed" && record.atMs - (requestedAtMs ?? record.atMs) < VOLUME_MS_MAX &&
    claims.some(({ uid, capacityBytes = 0 }) => uid === claimUid && capacityBytes < sizeBytes)
  );
  if (waiting !== undefined) {
    return broken(record, "the spec comes last", `${waiting.claimName} has not grown yet`);
  }
  const refused = status.volumes.find(({ failure }) => failure?.reason === "ResizeInfeasible");
  if (refused === undefined) return undefined;
  return broken(
    record,
    "a size that a volume can never have is not declared",
    `${refused.claimName} was refused ${sizeBytes}`,
  );
}

function hasSize(claim: ClaimRecord, role: string, sizeBytes: number): boolean {
  return claim.role === role && (claim.capacityBytes ?? 0) >= sizeBytes;
}

/** The key of an annotation that changed and may not. */
function foreignAnnotation(
  before: JsonObject,
  after: JsonObject,
  isOurs: (key: string) => boolean,
): string | undefined {
  const [old, next] = [annotationsOf(before), annotationsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .find((key) => old[key] !== next[key] && !isOurs(key));
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) ? annotations : {};
}
