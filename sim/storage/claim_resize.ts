/**
 * How far the growth of a claim is, read from it and written into its status.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import { formatQuantity, parseBytes } from "../../lib/units/quantity.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import type { ClaimName } from "./volumes.ts";

/** Values of `status.allocatedResourceStatuses.storage`. */
export type ResizeStatus =
  | "ControllerResizeInProgress"
  | "ControllerResizeInfeasible"
  | "NodeResizePending"
  | "NodeResizeInProgress"
  | "NodeResizeInfeasible";

/** Conditions of a resize; others on a claim are left alone. */
export type ResizeCondition =
  | "Resizing"
  | "FileSystemResizePending"
  | "ControllerResizeError"
  | "NodeResizeError";

const RESIZE_CONDITIONS: ReadonlySet<unknown> = new Set<ResizeCondition>([
  "Resizing",
  "FileSystemResizePending",
  "ControllerResizeError",
  "NodeResizeError",
]);

/** What those who make a claim grow need of it. */
export interface ClaimResize {
  readonly claim: ClaimName;
  readonly bound: boolean;
  readonly volumeName: string;
  readonly requestBytes: number;
  readonly capacityBytes: number;
  /** The size that a resize works towards; stays after its end. */
  readonly allocatedBytes: number | undefined;
  readonly status: string | undefined;
  /** Conditions that are not of a resize. */
  readonly otherConditions: readonly JsonObject[];
}

/** Reads a claim. */
export function readClaimResize(object: JsonObject): ClaimResize {
  const allocated = textAt(object, "status", "allocatedResources", "storage");
  return {
    claim: {
      namespace: textAt(object, "metadata", "namespace") ?? "",
      name: textAt(object, "metadata", "name") ?? "",
    },
    bound: textAt(object, "status", "phase") === "Bound",
    volumeName: textAt(object, "spec", "volumeName") ?? "",
    requestBytes: parseBytes(textAt(object, "spec", "resources", "requests", "storage") ?? "0"),
    capacityBytes: parseBytes(textAt(object, "status", "capacity", "storage") ?? "0"),
    allocatedBytes: allocated === undefined ? undefined : parseBytes(allocated),
    status: textAt(object, "status", "allocatedResourceStatuses", "storage"),
    otherConditions: objectsAt(object, "status", "conditions")
      .filter(({ type }) => !RESIZE_CONDITIONS.has(type)),
  };
}

/** Body of a merge patch of the status of a claim whose resize goes on. */
export function progressBody(
  resize: ClaimResize,
  targetBytes: number,
  status: ResizeStatus,
  conditions: Readonly<Partial<Record<ResizeCondition, string>>>,
  nowMs: number,
): JsonObject {
  const lastTransitionTime = formatTimestamp(millis(nowMs));
  const ours = Object.entries(conditions)
    .map(([type, message]) => ({ type, status: "True", message, lastTransitionTime }));
  return {
    status: {
      allocatedResources: { storage: formatQuantity(bytes(targetBytes)) },
      allocatedResourceStatuses: { storage: status },
      conditions: [...resize.otherConditions, ...ours],
    },
  };
}

/** Body of a merge patch of the status of a claim that has grown. */
export function finishedBody(resize: ClaimResize, capacityBytes: number): JsonObject {
  const { otherConditions } = resize;
  return {
    status: {
      capacity: { storage: formatQuantity(bytes(capacityBytes)) },
      allocatedResourceStatuses: null,
      conditions: otherConditions.length === 0 ? null : otherConditions,
    },
  };
}
