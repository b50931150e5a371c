/**
 * A cluster as the operator finds it: what is declared, what there is, and what the instances say.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { type ClaimState, readClaim } from "./claim_state.ts";
import { type ClusterState, readCluster } from "./cluster_state.ts";
import type { InstanceManagers, InstanceStatus } from "./instance_managers.ts";
import { claimName, serialOf } from "./instance_objects.ts";
import { type PodState, readPod } from "./pod_state.ts";

/** One instance: its claims, its pod, what it says. */
export interface ObservedInstance {
  readonly name: string;
  /** An instance is what its claims are (`cnpg.md` §5.7): there is no other place where it is remembered. */
  readonly claims: readonly ClaimState[];
  /** It has a claim for every declared volume. */
  readonly complete: boolean;
  readonly initializing: boolean;
  readonly pod: PodState | undefined;
  readonly status: InstanceStatus | undefined;
}

/** A cluster at one moment. */
export interface ObservedCluster extends ClusterState {
  /** In the order of their serials. */
  readonly members: readonly ObservedInstance[];
}

/** Objects of one cluster as they are stored. */
export interface ClusterObjects {
  readonly cluster: JsonObject;
  readonly pods: Iterable<JsonObject>;
  readonly claims: Iterable<JsonObject>;
}

/** Puts together what there is. */
export function observeCluster(
  objects: ClusterObjects,
  managers: Pick<InstanceManagers, "status">,
): ObservedCluster {
  const cluster = readCluster(objects.cluster);
  const pods = new Map([...objects.pods].map(readPod).map((pod) => [pod.name, pod]));
  const groups = Map.groupBy(
    [...objects.claims].map(readClaim).filter((claim) => claim !== undefined),
    ({ instance }) => instance,
  );
  const members = [...groups].map(([name, claims]): ObservedInstance => {
    const pod = pods.get(name);
    return {
      name,
      claims: claims.toSorted(byName),
      complete: cluster.volumes.every(({ role }) =>
        claims.some((claim) => claim.name === claimName(name, role))
      ),
      initializing: claims.some(({ status }) => status === "initializing"),
      pod,
      status: pod?.active ? managers.status({ namespace: cluster.namespace, name }) : undefined,
    };
  });
  return {
    ...cluster,
    members: members.toSorted((one, other) => serialOf(one.name) - serialOf(other.name)),
  };
}

function byName(first: ClaimState, second: ClaimState): number {
  return first.name < second.name ? -1 : 1;
}
