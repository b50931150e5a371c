/**
 * What the product has done, read from where it stands: custom resources and the audit log.
 *
 * @module
 */

import { type JsonObject } from "../../kube/api.ts";
import { STORAGE_EVENTS, STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import { GROUP_VERSION } from "../../lib/policy/api_group.ts";
import { type AuditEntry } from "./audit.ts";
import { at, textAt } from "./claim.ts";
import { type LabClaim } from "./fixture_model.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, RESIZER_USER } from "./lab.ts";
import { CONTROLLER_USER } from "./rbac.ts";
import { pause, waitUntil } from "./wait.ts";

/** Many times what lies between a change and the last that is written of it. */
const SETTLED_MS = 3_000;

/** Makes a policy that governs its whole namespace. */
export async function createDefaultPolicy(
  lab: Lab,
  namespace: string,
  expansion: JsonObject,
): Promise<void> {
  await lab.api.create(STORAGE_POLICIES, {
    apiVersion: GROUP_VERSION,
    kind: "StoragePolicy",
    metadata: { namespace, name: "default" },
    spec: { expansion },
  }, { namespace });
}

/** The StorageEvents of a cluster that record operations on the volumes of one role, oldest first. */
export async function storageEvents(
  lab: Lab,
  cluster: LabCluster,
  role: LabClaim["role"],
): Promise<JsonObject[]> {
  const { items } = await lab.api.list(STORAGE_EVENTS, { namespace: cluster.namespace });
  return items
    .filter((event) =>
      textAt(event, "spec", "clusterRef", "name") === cluster.name &&
      textAt(event, "spec", "eventType") === "expansion" &&
      textAt(event, "spec", "role") === role
    )
    .sort((left, right) =>
      textAt(left, "metadata", "name") < textAt(right, "metadata", "name") ? -1 : 1
    );
}

/** Resolves with the first StorageEvent of a role that is over, whatever its end. */
export function waitForEnd(
  lab: Lab,
  cluster: LabCluster,
  role: LabClaim["role"],
  limitMs: number,
): Promise<JsonObject> {
  return waitUntil(`the end of the ${role} operation of ${cluster.name}`, async () => {
    const events = await storageEvents(lab, cluster, role);
    return events.find((event) =>
      ["Completed", "Failed"].includes(textAt(event, "status", "phase"))
    );
  }, { limitMs });
}

/** How far one volume of an operation is. */
export function volumeStatus(event: JsonObject, claimName: string): JsonObject {
  const statuses = at(event, "status", "pvcStatuses");
  const found: unknown = Array.isArray(statuses)
    ? statuses.find((status) => textAt(status, "name") === claimName)
    : undefined;
  return { ...(typeof found === "object" ? found : {}) };
}

/**
 * Requests of the controller for larger claims, as far as the API server took them; dry runs are left out.
 * `user` is the controller's name, where it is another than the lab's own.
 */
export async function sizeRequests(
  lab: Lab,
  cluster: LabCluster,
  user: string = CONTROLLER_USER,
): Promise<AuditEntry[]> {
  const claims = new Set(
    cluster.instances.flatMap((instance) => instance.claims.map((claim) => claim.name)),
  );
  return (await lab.controlPlane.auditLog()).filter((entry) =>
    entry.user === user && entry.resource === "persistentvolumeclaims" &&
    entry.verb === "patch" && entry.code === 200 && !entry.uri.includes("dryRun") &&
    entry.namespace === cluster.namespace && claims.has(entry.name)
  );
}

/** Sizes that the controller wrote into the Cluster's spec. */
export async function specWrites(lab: Lab, cluster: LabCluster): Promise<AuditEntry[]> {
  return (await lab.controlPlane.auditLog()).filter((entry) =>
    entry.user === CONTROLLER_USER && entry.resource === "clusters" && entry.code === 200 &&
    entry.namespace === cluster.namespace && entry.name === cluster.name &&
    at(entry.body, "spec") !== undefined
  );
}

/** All that the controller wrote. It asks about agents' tokens as often as it must: that is no write. */
export async function controllerWrites(lab: Lab): Promise<AuditEntry[]> {
  return (await lab.controlPlane.auditLog()).filter((entry) =>
    entry.user === CONTROLLER_USER && entry.resource !== "tokenreviews"
  );
}

/** Resolves when the controller has written nothing for a while: statuses and Events follow what they tell of. */
export async function settle(lab: Lab): Promise<void> {
  for (let before = -1;;) {
    const { length } = await controllerWrites(lab);
    if (length === before) return;
    before = length;
    await pause(SETTLED_MS);
  }
}

/** When the API server heard for the last time of the resize of a claim: that its file system has grown. */
export async function resizedAtMs(
  lab: Lab,
  claim: Pick<LabClaim, "namespace" | "name">,
): Promise<number> {
  const last = (await lab.controlPlane.auditLog()).findLast((entry) =>
    entry.user === RESIZER_USER && entry.resource === "persistentvolumeclaims/status" &&
    entry.namespace === claim.namespace && entry.name === claim.name
  );
  if (last === undefined) {
    throw new Error(`Cannot tell when ${claim.name} was resized: expected a write, found none`);
  }
  return last.receivedAtMs;
}

/** What a request of {@link sizeRequests} asked for. */
export function requestedSize(entry: AuditEntry): string {
  return textAt(entry.body, "spec", "resources", "requests", "storage");
}

/** The claim of an instance, by its number from 1 and its role. */
export function claimOf(cluster: LabCluster, serial: number, role: LabClaim["role"]): LabClaim {
  const found = cluster.instances[serial - 1]?.claims.find((claim) => claim.role === role);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot find a claim: expected ${role} of instance ${serial}, found none`);
}

/** The present time on the clock of the audit log. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
