/**
 * The driver's answer to a call that is to make a disk larger, and what the resizer makes of it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { DAY } from "../../lib/units/millis.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { type ClaimResize, finishedBody, progressBody, type ResizeStatus } from "./claim_resize.ts";
import type { Volume, Volumes } from "./volumes.ts";

/** As whom the resizer writes. */
export const RESIZER_USER = "system:serviceaccount:kube-system:csi-resizer";

/** The resizer's own words; kubelet does it without a restart all the same. */
const NODE_MESSAGE =
  "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";

type Answer =
  | { readonly kind: "done"; readonly diskBytes: number }
  | { readonly kind: "failed" | "infeasible"; readonly error: string };

interface Parts {
  readonly server: ApiServer;
  readonly volumes: Volumes;
}

/** Makes the disk of a claim larger and tells the claim and its volume; or says why not. */
export function expandDisk(
  { server, volumes }: Parts,
  resize: ClaimResize,
  targetBytes: number,
  nowMs: number,
): Answer["kind"] {
  const volume = volumes.find(resize.claim);
  if (volume === undefined) return "failed";
  const answer = ask(volume, targetBytes, nowMs);
  function write(body: JsonObject): void {
    server.patch(PERSISTENT_VOLUME_CLAIM, resize.claim, { type: "merge", body }, {
      user: RESIZER_USER,
      subresource: "status",
    });
  }
  if (answer.kind !== "done") {
    const status: ResizeStatus = answer.kind === "infeasible"
      ? "ControllerResizeInfeasible"
      : "ControllerResizeInProgress";
    const conditions = { Resizing: "", ControllerResizeError: answer.error };
    write(progressBody(resize, targetBytes, status, conditions, nowMs));
    return answer.kind;
  }
  volumes.growDisk(resize.claim, answer.diskBytes, nowMs);
  const storage = formatQuantity(bytes(answer.diskBytes));
  server.patch(PERSISTENT_VOLUME, { name: resize.volumeName }, {
    type: "merge",
    body: { spec: { capacity: { storage } } },
  }, { user: RESIZER_USER });
  if (volume.behaviour.nodeExpansionRequired) {
    const conditions = { FileSystemResizePending: NODE_MESSAGE };
    write(progressBody(resize, targetBytes, "NodeResizePending", conditions, nowMs));
  } else {
    volume.fileSystem.growTo(answer.diskBytes);
    write(finishedBody(resize, answer.diskBytes));
  }
  return "done";
}

function ask(volume: Volume, targetBytes: number, nowMs: number): Answer {
  const { behaviour, podName, diskBytes } = volume;
  const { failing, infeasibleAboveBytes = Infinity, expandsOnline, roundUpToBytes } = behaviour;
  if (failing !== undefined) return { kind: "failed", error: failing };
  if (targetBytes > infeasibleAboveBytes) {
    const error = `rpc error: code = OutOfRange desc = requested size ${targetBytes} exceeds the ` +
      `limit of ${infeasibleAboveBytes} bytes`;
    return { kind: "infeasible", error };
  }
  if (!expandsOnline && podName !== undefined) {
    const error = "the driver only supports offline expansion and volume is currently in-use";
    return { kind: "failed", error };
  }
  if (targetBytes > diskBytes && grewTooOften(volume, nowMs)) {
    const error = "VolumeModificationRateExceeded: You've reached the maximum modification rate " +
      "per volume limit";
    return { kind: "failed", error };
  }
  const roundedBytes = Math.ceil(targetBytes / roundUpToBytes) * roundUpToBytes;
  return { kind: "done", diskBytes: Math.max(diskBytes, roundedBytes) };
}

function grewTooOften({ behaviour, grownAtMs }: Volume, nowMs: number): boolean {
  const { growthsPerDayMax = Infinity } = behaviour;
  return grownAtMs.filter((atMs) => atMs > nowMs - DAY).length >= growthsPerDayMax;
}
