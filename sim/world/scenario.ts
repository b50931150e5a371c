/**
 * A story that befalls one cluster, and how it has to end.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { API_GROUP, API_VERSION, GROUP_VERSION } from "../../lib/policy/api_group.ts";
import type { PolicySpec } from "../../lib/policy/policy_spec.ts";
import type { Role } from "../../lib/view/role.ts";
import { ADMINISTRATOR } from "../api_server/administrator.ts";
import type { ClusterSpec, SimulatedCluster, World } from "./world.ts";

/** What a correct manager has achieved when a scenario ends. In all of them the primary runs. */
export type Expectation =
  /** Every volume of the role has grown, and the Cluster declares the size. */
  | { readonly outcome: "grown"; readonly role: Role; readonly atLeastBytes: number }
  /** As `grown`, but for one instance: there more was asked for and did not come; the manager says why. */
  | {
    readonly outcome: "partly";
    readonly role: Role;
    readonly atLeastBytes: number;
    readonly missingSerial: number;
    readonly reason: Reason;
  }
  /** No claim asks for more; the manager says why. */
  | { readonly outcome: "told"; readonly role: Role; readonly reason: Reason }
  /** More was asked for and did not come; the manager says why, and declares nothing. */
  | { readonly outcome: "failed"; readonly role: Role; readonly reason: Reason }
  /** No claim asks for more; a StorageEvent says what would have been done. */
  | { readonly outcome: "recorded"; readonly role: Role }
  /** Nothing happened, and nobody was told anything. */
  | { readonly outcome: "untouched" };

/** A story. */
export interface Scenario {
  readonly name: string;
  /** What befalls the cluster, in a few words. */
  readonly incident: string;
  readonly cluster: Omit<ClusterSpec, "namespace" | "name" | "storageClass">;
  /** Settings of the policy that selects the cluster; absent: no policy does. */
  readonly policy?: PolicySpec | undefined;
  /** How its class differs from one that grows within seconds. */
  readonly storage?: StorageTraits | undefined;
  /** Lets things happen; called when the cluster has been added and before its pods run. */
  readonly play?: ((world: World, cluster: SimulatedCluster) => void) | undefined;
  /** The end, counted from the beginning. */
  readonly durationMs: number;
  readonly expected: Expectation;
}

/** What of a class a scenario says. */
export type StorageTraits = Pick<
  Parameters<World["addStorageClass"]>[0],
  "allowVolumeExpansion" | "behaviour" | "provisioner" | "fileSystem"
>;

/** Where a scenario is played; the cluster bears the scenario's name unless another is given. */
export interface Site {
  readonly namespace: string;
  readonly name?: string | undefined;
}

const STORAGE_POLICIES: Resource = {
  group: API_GROUP,
  version: API_VERSION,
  kind: "StoragePolicy",
  plural: "storagepolicies",
  namespaced: true,
};

/** Adds a scenario's cluster to a world, with a class and a policy of its own. */
export function addScenario(world: World, scenario: Scenario, site: Site): SimulatedCluster {
  const { namespace, name = scenario.name } = site;
  const storageClass = `${namespace}-${name}`;
  world.addStorageClass({ name: storageClass, ...scenario.storage });
  if (scenario.policy !== undefined) addPolicy(world, namespace, name, scenario.policy);
  const cluster = world.addCluster({ ...scenario.cluster, namespace, name, storageClass });
  scenario.play?.(world, cluster);
  return cluster;
}

function addPolicy(world: World, namespace: string, name: string, spec: PolicySpec): void {
  if (world.server.find(NAMESPACE, { name: namespace }) === undefined) {
    world.server.create(NAMESPACE, { metadata: { name: namespace } }, { user: ADMINISTRATOR });
  }
  const policy: JsonObject = {
    apiVersion: GROUP_VERSION,
    kind: STORAGE_POLICIES.kind,
    metadata: { namespace, name },
    // Every Cluster counts as labelled with its own name.
    spec: { ...spec, selector: { matchLabels: { "cnpg.io/cluster": name } } },
  };
  world.server.create(STORAGE_POLICIES, policy, { namespace, user: ADMINISTRATOR });
}
