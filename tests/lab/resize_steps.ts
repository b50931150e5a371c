/**
 * The two halves of a resize, each with the states, conditions and events that it leaves on the claim:
 * external-resizer enlarges the disk, kubelet the file system.
 *
 * @module
 */

import { type JsonObject, type KubeApi } from "../../kube/api.ts";
import { errorText } from "../../kube/logger.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { type ClaimName, type ClaimView, finishedPatch, progressPatch } from "./claim.ts";
import { type EventComponent, recordClaimEvent } from "./event_recorder.ts";
import { type Volume, type VolumeStore } from "./volumes.ts";
import { pause } from "./wait.ts";

/** What goes wrong with the volume of a claim. */
export type ResizeFault =
  /** The driver refuses sizes above the limit for good (OUT_OF_RANGE). */
  | { readonly kind: "infeasible"; readonly limitBytes: number }
  /** The driver is down (UNAVAILABLE) until the fault is taken away; the resizer keeps trying. */
  | { readonly kind: "unavailable" }
  /** The driver needs so long for the disk. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** The file system refuses to grow. ext4 does so without being told. */
  | { readonly kind: "node-error" };

/** Something that was done for a claim, in the words of its status and events. */
export interface ResizeRecord extends ClaimName {
  readonly step:
    | "ControllerResizeInProgress"
    | "ControllerResizeInfeasible"
    | "ControllerResizeFailed"
    | "NodeResizePending"
    | "NodeResizeInProgress"
    | "NodeResizeFailed"
    | "FileSystemResizeSuccessful";
  /** `performance.now()` */
  readonly atMs: number;
}

/** What the steps work with. */
export interface StepContext {
  readonly api: KubeApi;
  readonly volumes: VolumeStore;
  readonly records: ResizeRecord[];
}

/** The volume behind a claim, healthy or not. */
export interface StepSubject {
  readonly volume: Volume;
  readonly fault: ResizeFault | undefined;
}

/** Enlarges the disk; `retry` when the driver may succeed later. */
export async function growDisk(
  context: StepContext,
  subject: StepSubject,
  claim: ClaimView,
  targetBytes: number,
): Promise<"node-pending" | "infeasible" | "retry"> {
  const { volume, fault } = subject;
  const resizing = { Resizing: "" };
  await patchStatus(
    context,
    claim,
    progressPatch(claim, targetBytes, "ControllerResizeInProgress", resizing),
  );
  record(context, claim, "ControllerResizeInProgress");
  const say = speaker(context, "external-resizer", claim);
  await say("Normal", "Resizing", `External resizer is resizing volume ${volume.id}`);
  if (fault?.kind === "unavailable") {
    record(context, claim, "ControllerResizeFailed");
    await say(
      "Warning",
      "VolumeResizeFailed",
      "rpc error: code = Unavailable desc = driver is down",
    );
    return "retry";
  }
  if (fault?.kind === "infeasible" && targetBytes > fault.limitBytes) {
    const message =
      `rpc error: code = OutOfRange desc = size ${targetBytes} is over the limit ${fault.limitBytes}`;
    await patchStatus(
      context,
      claim,
      progressPatch(claim, targetBytes, "ControllerResizeInfeasible", {
        ...resizing,
        ControllerResizeError: message,
      }),
    );
    record(context, claim, "ControllerResizeInfeasible");
    await say("Warning", "VolumeResizeFailed", message);
    return "infeasible";
  }
  if (fault?.kind === "slow") await pause(fault.delayMs);
  await context.volumes.growDevice(volume, targetBytes);
  await handOver(context, claim, targetBytes);
  await say("Normal", "FileSystemResizeRequired", "Require file system resize of volume on node");
  return "node-pending";
}

/** Enlarges the mounted file system; `retry` when it refused, which kubelet tries again at each sync. */
export async function growFileSystem(
  context: StepContext,
  subject: StepSubject,
  claim: ClaimView,
  targetBytes: number,
): Promise<"done" | "retry"> {
  const { volume, fault } = subject;
  const say = speaker(context, "kubelet", claim);
  const pending = { FileSystemResizePending: "" };
  await patchStatus(
    context,
    claim,
    progressPatch(claim, targetBytes, "NodeResizeInProgress", pending),
  );
  record(context, claim, "NodeResizeInProgress");
  try {
    await context.volumes.growFileSystem(volume, { denied: fault?.kind === "node-error" });
  } catch (error) {
    const message = `NodeExpandVolume failed: ${errorText(error)}`;
    const conditions = { ...pending, NodeResizeError: message };
    await patchStatus(
      context,
      claim,
      progressPatch(claim, targetBytes, "NodeResizeInProgress", conditions),
    );
    record(context, claim, "NodeResizeFailed");
    await say("Warning", "VolumeResizeFailed", message);
    return "retry";
  }
  await patchStatus(context, claim, finishedPatch(claim, targetBytes));
  record(context, claim, "FileSystemResizeSuccessful");
  await say("Normal", "FileSystemResizeSuccessful", "NodeExpandVolume succeeded for volume");
  return "done";
}

/** Raises the PersistentVolume and leaves the rest to the node. */
async function handOver(
  context: StepContext,
  claim: ClaimView,
  targetBytes: number,
): Promise<void> {
  await context.api.patch(PERSISTENT_VOLUME, { name: claim.volumeName }, {
    type: "merge",
    body: { spec: { capacity: { storage: String(targetBytes) } } },
  });
  await patchStatus(
    context,
    claim,
    progressPatch(claim, targetBytes, "NodeResizePending", {
      FileSystemResizePending: "Waiting for the node to grow the file system.",
    }),
  );
  record(context, claim, "NodeResizePending");
}

async function patchStatus(
  { api }: StepContext,
  { namespace, name }: ClaimView,
  body: JsonObject,
): Promise<void> {
  await api.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name }, { type: "merge", body }, {
    subresource: "status",
  });
}

function record(
  { records }: StepContext,
  { namespace, name }: ClaimView,
  step: ResizeRecord["step"],
): void {
  records.push({ namespace, name, step, atMs: performance.now() });
}

function speaker(
  { api }: StepContext,
  component: EventComponent,
  claim: ClaimView,
): (type: "Normal" | "Warning", reason: string, message: string) => Promise<void> {
  return (type, reason, message) =>
    recordClaimEvent(api, component, claim, { type, reason, message });
}
