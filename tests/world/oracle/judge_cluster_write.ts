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
import { broken, type Violation } from "./violation.ts";

/** Judges a write to a Cluster by the claims that there are. */
export function judgeClusterWrite(
  record: AuditRecord,
  objects: StoredObjects,
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
  return judgeSizes(record, before, after, objects);
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
  objects: StoredObjects,
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
  }
  return undefined;
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
