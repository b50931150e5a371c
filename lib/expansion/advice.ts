/**
 * What a person can do about a resize that did not end well, as commands that work as they stand.
 *
 * Nothing of it is done by itself: a pod is restarted, and a size is given up, by people only (PRD Risk 7).
 *
 * @module
 */

import { ANNOTATION } from "../policy/annotation_keys.ts";
import { formatDuration } from "../units/format.ts";
import type { Volume } from "../view/volume.ts";
import type { VolumeContext } from "./volume_context.ts";

/** The provider refuses a size for good: another size may do. */
export function smallerSizeAdvice(context: VolumeContext): string {
  const { namespace, name } = context.gate.view;
  const { role } = context.intent;
  return "To try a size that the provider has: " +
    `kubectl annotate cluster ${name} -n ${namespace} --overwrite ` +
    `${ANNOTATION.targetSize}=SIZE ${ANNOTATION.targetRole}=${role} ` +
    `${ANNOTATION.expansionReason}=manual ${ANNOTATION.expansionRequested}=$(date -u +%FT%TZ)`;
}

/** The provider has not answered: what it has said stands in the claim's events. */
export function providerAdvice({ claim }: Volume, context: VolumeContext): string {
  const { namespace } = context.gate.view;
  return "The request stands, and the resizer goes on trying. To see what the driver says: " +
    `kubectl describe pvc ${claim.name} -n ${namespace}`;
}

/** The file system has not grown: a driver may do that only when it is mounted anew. */
export function fileSystemAdvice(volume: Volume, context: VolumeContext): string {
  const { nodeError, fileSystemResizePending } = volume.claim.resizeConditions;
  const { view } = context.gate;
  const detail = nodeError ??
    (fileSystemResizePending ? "the kubelet has not grown it yet" : "no error was reported");
  const pod = volume.pod?.name ?? volume.instance;
  const first = view.operator.currentPrimary === volume.instance
    ? `first switch over, because ${pod} is the primary (kubectl cnpg promote ${view.name} ` +
      `INSTANCE -n ${view.namespace}), then: `
    : "";
  return `The file system of ${volume.claim.name} did not grow within ` +
    `${formatDuration(context.times.fileSystemMs)}: ${detail}. If the driver grows file systems ` +
    `only when they are mounted anew, ${first}kubectl delete pod ${pod} -n ${view.namespace}`;
}
