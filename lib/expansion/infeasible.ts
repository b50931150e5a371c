/**
 * A size that the provider refuses for good.
 *
 * @module
 */

import type { VolumeProgress } from "../event/event.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { Volume } from "../view/volume.ts";
import { smallerSizeAdvice } from "./advice.ts";
import { failed, requestSize, type VolumeAdvance, type VolumeContext } from "./volume_context.ts";

/**
 * The provider refuses this size for good: the request goes down to the smallest value that Kubernetes
 * accepts, which is just above the capacity. "Rollback" cannot mean the old size (`kubernetes.md` A1.3).
 *
 * Only a request that is this operation's own is lowered: another size is somebody else's wish. Where it is not
 * known what the spec declares, CNPG might raise the request again at once, so it stays.
 */
export function infeasible(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeAdvance {
  const { claim } = volume;
  const detail = claim.resizeConditions.controllerError ?? "no reason was reported";
  const lowered = loweredSize(volume, context);
  const message =
    `The storage provider refuses ${formatBytes(context.intent.requestedBytes)} for ` +
    `${claim.name}: ${detail}. ` +
    (lowered === undefined
      ? "The request stays: it is not this operation's own, or the policy, the Cluster's spec or Kubernetes " +
        "forbids lowering it"
      : `The request is lowered to ${lowered} bytes, the smallest value above the present size`) +
    `. ${smallerSizeAdvice(context)}`;
  return {
    progress: failed(progress, "ResizeInfeasible", message, context.nowMs),
    actions: lowered === undefined ? [] : [requestSize(volume, lowered, true, context)],
  };
}

function loweredSize({ claim }: Volume, context: VolumeContext): Bytes | undefined {
  const { intent, declaredBytes, requests } = context;
  const { capacityBytes, requestBytes } = claim;
  if (requests !== "allowed" || requestBytes !== intent.requestedBytes) return undefined;
  if (capacityBytes === undefined || capacityBytes >= intent.limitBytes) return undefined;
  const lowered = bytes(capacityBytes + 1);
  const isOwnToChoose = declaredBytes !== undefined && declaredBytes <= lowered;
  return isOwnToChoose && lowered < requestBytes ? lowered : undefined;
}
