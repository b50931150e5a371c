/**
 * What the operator reads of an instance's pod.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { numberAt, objectsAt, textAt, valueAt } from "../component/read_json.ts";
import { LABEL, NO_WAL_SPACE_EXIT_CODE } from "./names.ts";

/** The pod of an instance, whose name it bears. */
export interface PodState {
  readonly name: string;
  readonly ip: string | undefined;
  /** The pod's condition `Ready`: all of its containers are. */
  readonly ready: boolean;
  /** It has been scheduled and is not going. */
  readonly active: boolean;
  /** It will not run again by itself. */
  readonly failed: boolean;
  /** Its instance manager ended because it could not write one WAL segment (`isWALSpaceAvailableOnPod`). */
  readonly outOfWalSpace: boolean;
  readonly role: string | undefined;
}

/** Reads a pod. */
export function readPod(object: JsonObject): PodState {
  const phase = textAt(object, "status", "phase");
  const terminating = textAt(object, "metadata", "deletionTimestamp") !== undefined;
  return {
    name: textAt(object, "metadata", "name") ?? "",
    ip: textAt(object, "status", "podIP"),
    ready: !terminating && isReady(object),
    active: !terminating && phase === "Running",
    failed: phase === "Failed" || phase === "Succeeded",
    outOfWalSpace: isOutOfWalSpace(object),
    role: textAt(object, "metadata", "labels", LABEL.instanceRole),
  };
}

function isReady(object: JsonObject): boolean {
  return objectsAt(object, "status", "conditions")
    .some(({ type, status }) => type === "Ready" && status === "True");
}

function isOutOfWalSpace(object: JsonObject): boolean {
  const postgres = objectsAt(object, "status", "containerStatuses")
    .find(({ name }) => name === "postgres");
  if (postgres === undefined) return false;
  if (exitCodeIn(postgres, "state") === NO_WAL_SPACE_EXIT_CODE) return true;
  return valueAt(postgres, "ready") !== true &&
    exitCodeIn(postgres, "lastState") === NO_WAL_SPACE_EXIT_CODE;
}

function exitCodeIn(container: JsonObject, state: string): number | undefined {
  return numberAt(container, state, "terminated", "exitCode");
}
