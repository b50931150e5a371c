/**
 * The node's part of a resize: the file system follows its disk.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import {
  type ClaimResize,
  finishedBody,
  progressBody,
  readClaimResize,
} from "../storage/claim_resize.ts";
import type { ClaimName, Volume, Volumes } from "../storage/volumes.ts";

/** What a node works with. */
export interface NodeParts {
  readonly server: ApiServer;
  readonly volumes: Volumes;
}

/** Grows the file system of a claim that waits for it. Whoever fails is tried again at the next sync. */
export function expandFileSystem(
  { server, volumes }: NodeParts,
  claim: ClaimName,
  user: string,
  nowMs: number,
): void {
  const object = server.find(PERSISTENT_VOLUME_CLAIM, claim);
  const volume = volumes.find(claim);
  if (object === undefined || volume === undefined || volume.behaviour.stuckAtNode) return;
  const resize = readClaimResize(object);
  if (!isWaiting(resize)) return;
  function write(body: JsonObject): void {
    server.patch(PERSISTENT_VOLUME_CLAIM, claim, { type: "merge", body }, {
      user,
      subresource: "status",
    });
  }
  const target = resize.allocatedBytes ?? volume.diskBytes;
  const pending = { FileSystemResizePending: "" };
  write(progressBody(resize, target, "NodeResizeInProgress", pending, nowMs));
  const failure = failureOf(volume);
  if (failure === undefined) {
    volume.fileSystem.growTo(volume.diskBytes);
    return write(finishedBody(resize, volume.diskBytes));
  }
  const conditions = { ...pending, NodeResizeError: failure.error };
  write(progressBody(resize, target, failure.status, conditions, nowMs));
}

function isWaiting({ status }: ClaimResize): boolean {
  return status === "NodeResizePending" || status === "NodeResizeInProgress";
}

function failureOf({ behaviour }: Volume):
  | { readonly status: "NodeResizeInfeasible" | "NodeResizeInProgress"; readonly error: string }
  | undefined {
  const { nodeInfeasible, nodeFailing } = behaviour;
  if (nodeInfeasible !== undefined) {
    return { status: "NodeResizeInfeasible", error: nodeInfeasible };
  }
  if (nodeFailing !== undefined) return { status: "NodeResizeInProgress", error: nodeFailing };
  return undefined;
}
