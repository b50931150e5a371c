/**
 * How far the growth of a PersistentVolumeClaim is, read from the claim and written into its status.
 *
 * The order of the states is that of external-resizer (`pkg/controller/expand_and_recover.go`) and kubelet
 * (`pkg/volume/util/resize_util.go`).
 *
 * @module
 */

import { type JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { bytes, formatQuantity, parseBytes } from "../../lib/units/mod.ts";

/** Values of `status.allocatedResourceStatuses.storage`. */
export type ResizeStatus =
  | "ControllerResizeInProgress"
  | "ControllerResizeInfeasible"
  | "NodeResizePending"
  | "NodeResizeInProgress";

/** Condition types that belong to a resize; others on the claim are left alone. */
export type ResizeCondition =
  | "Resizing"
  | "FileSystemResizePending"
  | "ControllerResizeError"
  | "NodeResizeError";

const RESIZE_CONDITIONS: readonly string[] = [
  "Resizing",
  "FileSystemResizePending",
  "ControllerResizeError",
  "NodeResizeError",
] satisfies ResizeCondition[];

/** Names a claim. */
export interface ClaimName {
  readonly namespace: string;
  readonly name: string;
}

/** What a resizer has to know of a claim. */
export interface ClaimView extends ClaimName {
  readonly uid: string;
  readonly bound: boolean;
  readonly volumeName: string;
  readonly requestBytes: number;
  readonly capacityBytes: number;
  /** The size that a resize works towards; stays after its end. */
  readonly allocatedBytes: number | undefined;
  readonly resizeStatus: string | undefined;
  /** Conditions that are not about resizing. */
  readonly otherConditions: readonly unknown[];
}

/** What is to be done for a claim next. */
export type NextStep =
  | { readonly kind: "none" }
  /** Enlarge the disk. */
  | { readonly kind: "controller"; readonly targetBytes: number }
  /** Enlarge the file system, at the next sync of the pod. */
  | { readonly kind: "node"; readonly targetBytes: number };

/** Reads a claim as the API server returns it. */
export function viewClaim(claim: JsonObject): ClaimView {
  const conditions = at(claim, "status", "conditions");
  const allocated = at(claim, "status", "allocatedResources", "storage");
  const status = at(claim, "status", "allocatedResourceStatuses", "storage");
  return {
    namespace: textAt(claim, "metadata", "namespace"),
    name: textAt(claim, "metadata", "name"),
    uid: textAt(claim, "metadata", "uid"),
    bound: at(claim, "status", "phase") === "Bound",
    volumeName: textAt(claim, "spec", "volumeName"),
    requestBytes: parseBytes(textAt(claim, "spec", "resources", "requests", "storage")),
    capacityBytes: parseBytes(textAt(claim, "status", "capacity", "storage") || "0"),
    allocatedBytes: typeof allocated === "string" ? parseBytes(allocated) : undefined,
    resizeStatus: typeof status === "string" ? status : undefined,
    otherConditions: Array.isArray(conditions) ? conditions.filter(isForeign) : [],
  };
}

/** Decides what a claim needs; a size that was found infeasible is not tried again until it changes. */
export function nextStep(claim: ClaimView): NextStep {
  const { requestBytes, capacityBytes, allocatedBytes, resizeStatus } = claim;
  if (!claim.bound || requestBytes <= capacityBytes) return { kind: "none" };
  switch (resizeStatus) {
    case "NodeResizePending":
    case "NodeResizeInProgress":
      return { kind: "node", targetBytes: allocatedBytes ?? requestBytes };
    case "ControllerResizeInfeasible":
      if (allocatedBytes === requestBytes) return { kind: "none" };
      return { kind: "controller", targetBytes: requestBytes };
    case "ControllerResizeInProgress":
      return { kind: "controller", targetBytes: allocatedBytes ?? requestBytes };
    default:
      return { kind: "controller", targetBytes: requestBytes };
  }
}

/** Body of a merge patch of the status of a claim whose resize goes on. */
export function progressPatch(
  claim: ClaimView,
  targetBytes: number,
  status: ResizeStatus,
  conditions: Readonly<Partial<Record<ResizeCondition, string>>>,
): JsonObject {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const ours = Object.entries(conditions).map(([type, message]) => ({
    type,
    status: "True",
    message,
    lastTransitionTime: now,
  }));
  return {
    status: {
      allocatedResources: { storage: quantity(targetBytes) },
      allocatedResourceStatuses: { storage: status },
      conditions: [...claim.otherConditions, ...ours],
    },
  };
}

/** Body of a merge patch of the status of a claim whose file system has grown. */
export function finishedPatch(claim: ClaimView, targetBytes: number): JsonObject {
  const others = claim.otherConditions;
  return {
    status: {
      capacity: { storage: quantity(targetBytes) },
      allocatedResourceStatuses: null,
      conditions: others.length === 0 ? null : others,
    },
  };
}

/** A size as people write it: `512Mi`. */
export function quantity(sizeBytes: number): string {
  return formatQuantity(bytes(sizeBytes));
}

function isForeign(condition: unknown): boolean {
  const type = isJsonObject(condition) ? condition["type"] : undefined;
  return typeof type !== "string" || !RESIZE_CONDITIONS.includes(type);
}

/** The value at a path of keys, `undefined` where the path ends. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner, key) => isJsonObject(inner) ? inner[key] : undefined, value);
}

/** The text at a path of keys, empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}
