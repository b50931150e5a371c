/**
 * Whose turn it is in an operation: the first volume grows alone, then so many at a time (DESIGN §5).
 *
 * @module
 */

import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import type { Event, ExpansionIntent, VolumeProgress } from "../../../lib/event/event.ts";
import { wasPressing } from "./facts.ts";
import type { SizeRequest } from "./judge_claim_write.ts";
import { broken, type Violation } from "./violation.ts";

/** After so long the provider has missed its deadline, and nobody waits for that volume any more. */
const CONTROLLER_MS_MAX = 10 * 60_000;

/** Why a volume can never have a size. */
const REFUSALS: readonly string[] = ["ResizeInfeasible", "ResizeRefused"];

/** Judges a request for a size by what the other volumes of its operation have got so far. */
export function judgeTurn(
  request: SizeRequest,
  operation: Event,
  { canaryClaimName, requestedBytes, parallelism }: ExpansionIntent,
): Violation | undefined {
  const { record, truth, before } = request;
  if (before.name === canaryClaimName) return undefined;
  const first = operation.status.volumes.find(({ claimName }) => claimName === canaryClaimName);
  if (first !== undefined && REFUSALS.includes(first.failure?.reason ?? "")) {
    const detail = `${canaryClaimName} was refused ${requestedBytes}`;
    return broken(record, "a size that the first volume cannot have is asked of no other", detail);
  }
  if (wasPressing(truth, before.name, record.atMs)) return undefined;
  const waiting = operation.status.volumes.filter((progress) =>
    progress.claimName !== before.name &&
    isUnderWay(progress, request, requestedBytes)
  );
  const canary = waiting.find(({ claimName }) => claimName === canaryClaimName);
  if (canary !== undefined) {
    return broken(record, "the first volume grows alone", `${canaryClaimName} has not grown yet`);
  }
  if (waiting.length < parallelism) return undefined;
  return broken(
    record,
    "as many volumes grow at a time as the policy says",
    `${waiting.map(({ claimName }) => claimName).join(", ")} of ${parallelism} are under way`,
  );
}

/** The record of a step may come later than the step: what counts is whether the file system is larger. */
function isUnderWay(
  { claimName, step, originalBytes, requestedAtMs }: VolumeProgress,
  { record: { atMs }, truth, objects }: SizeRequest,
  requestedBytes: number,
): boolean {
  if (step === "Queued" || step === "Verified" || step === "Failed") return false;
  const { namespace, instances } = truth.cluster;
  const volume = instances.flatMap(({ volumes }) => volumes)
    .find((one) => one.claimName === claimName);
  const stored = objects.find(PERSISTENT_VOLUME_CLAIM, { namespace, name: claimName });
  if (volume === undefined || stored === undefined) return false;
  if (atMs - (requestedAtMs ?? atMs) >= CONTROLLER_MS_MAX) return false;
  // Nobody waits for what the provider refuses, and its end may be recorded together with the next request.
  const isRefused = (volume.volume().behaviour.infeasibleAboveBytes ?? Infinity) < requestedBytes;
  if (isRefused || projectClaim(stored).requestBytes < requestedBytes) return false;
  return volume.fileSystem.deviceBytes < Math.min(requestedBytes, originalBytes + 1);
}
