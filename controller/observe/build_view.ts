/**
 * The view of one cluster, put together from what is cached (DESIGN §3).
 *
 * @module
 */

import type { SharedFailures } from "../../lib/breaker/shared_breaker.ts";
import type { Event } from "../../lib/event/event.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type {
  ClusterView,
  FirstSeenSize,
  Governance,
  MaintenanceWindow,
  StorageLimits,
} from "../../lib/view/cluster.ts";
import { compareText } from "../../lib/view/select.ts";
import type { Volume } from "../../lib/view/volume.ts";
import { readBreakerReset, readPause, readSizeRequest } from "./annotations.ts";
import { buildVolume, isRoleClaim, type VolumeInputs } from "./build_volume.ts";
import type { RecordMetadata } from "./metadata.ts";
import { operatorState } from "./operator_state.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { ClusterRecord } from "./project_cluster.ts";
import type { PodRecord } from "./project_pod.ts";
import type { SourceProblems } from "./source_problems.ts";

/** Everything a view is built from. Pods and claims of other clusters among them do no harm. */
export interface ViewInputs extends VolumeInputs {
  readonly cluster: ClusterRecord;
  readonly pods: readonly PodRecord[];
  readonly claims: readonly ClaimRecord[];
  readonly governance: Governance;
  readonly firstSeenSizes: readonly FirstSeenSize[];
  readonly maintenanceWindow: MaintenanceWindow;
  readonly problems: Pick<SourceProblems, "concerning">;
  readonly sharedFailures?: SharedFailures | undefined;
  /** Until when routine expansions wait for CNPG, while it is busy. */
  readonly routineWaitsUntilMs?: Millis | undefined;
  readonly storageLimits?: StorageLimits | undefined;
}

interface Controlled extends RecordMetadata {
  readonly controller?: { readonly uid: string } | undefined;
}

/**
 * Builds the view of a cluster. Claims without a known role or instance are no volumes: CNPG itself refuses
 * to work with a claim whose role it does not know (`cnpg.md` §2.1).
 */
export function buildClusterView(inputs: ViewInputs): ClusterView {
  const volumes = buildVolumes(inputs);
  const { cluster } = inputs;
  const sizeRequest = readSizeRequest(cluster.annotations);
  return {
    nowMs: inputs.nowMs,
    namespace: cluster.namespace,
    name: cluster.name,
    uid: cluster.uid,
    resourceVersion: cluster.resourceVersion,
    deleting: cluster.deleting,
    operator: {
      ...operatorState(cluster.signs),
      routineWaitsUntilMs: inputs.routineWaitsUntilMs,
    },
    governance: inputs.governance,
    pause: readPause(cluster.annotations),
    manualRequest: sizeRequest.kind === "request" ? sizeRequest.request : undefined,
    requestProblem: sizeRequest.kind === "unreadable" ? sizeRequest.problem : undefined,
    breakerReset: readBreakerReset(cluster.annotations),
    annotations: cluster.annotations,
    declaredSizes: cluster.declaredSizes,
    gitOwners: cluster.gitOwners,
    firstSeenSizes: inputs.firstSeenSizes,
    volumes,
    events: inputs.events.toSorted(byAge),
    maintenanceWindow: inputs.maintenanceWindow,
    sharedFailures: inputs.sharedFailures,
    sourceProblems: inputs.problems.concerning(volumes),
    storageLimits: inputs.storageLimits,
  };
}

function buildVolumes(inputs: ViewInputs): Volume[] {
  const claims = ownedBy(inputs.cluster, inputs.claims).filter(isRoleClaim);
  const pods = ownedBy(inputs.cluster, inputs.pods);
  return claims
    .map((claim) => buildVolume(claim, claims, pods, inputs))
    .sort((first, second) => compareText(volumeKey(first), volumeKey(second)));
}

function ownedBy<T extends Controlled>(cluster: ClusterRecord, records: readonly T[]): T[] {
  return records.filter((record) =>
    record.controller?.uid === cluster.uid && record.namespace === cluster.namespace
  );
}

function volumeKey(volume: Volume): string {
  return `${volume.instance}/${volume.role}/${volume.claim.uid}`;
}

function byAge(first: Event, second: Event): number {
  return first.createdAtMs - second.createdAtMs || compareText(first.name, second.name);
}
