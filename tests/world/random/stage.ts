/**
 * One cluster of a random world, and the hands by which things befall it.
 *
 * @module
 */

import { NAMESPACE } from "../../../kube/resources.ts";
import { API_GROUP, API_VERSION } from "../../../lib/policy/api_group.ts";
import { ANNOTATION } from "../../../lib/policy/annotation_keys.ts";
import { CLUSTERS } from "../../../sim/operator/names.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import type { ClusterTruth, Truth } from "../truth.ts";
import { policyManifest, policySpec, type PolicyWish } from "../wishes.ts";
import { type ClusterPlan, NAMESPACE_NAME } from "./cluster_plan.ts";

const USER = "kubernetes-admin";

const STORAGE_POLICIES = {
  group: API_GROUP,
  version: API_VERSION,
  kind: "StoragePolicy",
  plural: "storagepolicies",
  namespaced: true,
} as const;

/** A cluster, and what users may do to it. What they do to a cluster that is gone changes nothing. */
export interface Stage {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  readonly truth: ClusterTruth;
  /** Whether the Cluster exists. */
  lives(): boolean;
  /** Sets or, with null, removes annotations. */
  annotate(annotations: Readonly<Record<string, string | null>>): void;
  pause(paused: boolean): void;
  /** Makes, changes or, with undefined, deletes its policy. */
  govern(policy: PolicyWish | undefined): void;
}

/** Puts a cluster with its class and policy into a world. */
export function setStage(
  world: World,
  truth: Truth,
  plan: ClusterPlan,
  helpable: boolean,
): Stage {
  const { name } = plan;
  const object = { namespace: NAMESPACE_NAME, name };
  world.addStorageClass(plan.storageClass);
  if (world.server.find(NAMESPACE, { name: NAMESPACE_NAME }) === undefined) {
    world.server.create(NAMESPACE, { metadata: { name: NAMESPACE_NAME } }, { user: USER });
  }
  const cluster = world.addCluster({
    ...plan.cluster,
    ...object,
    storageClass: plan.storageClass.name,
  });
  cluster.setWorkload(plan.workload);
  const kept = truth.add(cluster, { policy: plan.policy, paused: false }, {
    budgeted: plan.storage === "budgeted",
    helpable,
  });
  const lives = () => world.server.find(CLUSTERS, object) !== undefined;
  function annotate(annotations: Readonly<Record<string, string | null>>): void {
    if (!lives()) return;
    const body = { metadata: { annotations } };
    world.server.patch(CLUSTERS, object, { type: "merge", body }, { user: USER });
  }
  function govern(policy: PolicyWish | undefined): void {
    applyPolicy(world, name, policy);
    kept.wishes.set(world.clock.now(), { ...kept.wishes.latest, policy });
  }
  applyPolicy(world, name, plan.policy);
  return {
    world,
    cluster,
    truth: kept,
    lives,
    annotate,
    govern,
    pause(paused): void {
      annotate({ [ANNOTATION.paused]: paused ? "true" : null });
      kept.wishes.set(world.clock.now(), { ...kept.wishes.latest, paused });
    },
  };
}

function applyPolicy(world: World, name: string, policy: PolicyWish | undefined): void {
  const object = { namespace: NAMESPACE_NAME, name };
  const exists = world.server.find(STORAGE_POLICIES, object) !== undefined;
  if (policy === undefined) {
    if (exists) world.server.delete(STORAGE_POLICIES, object, { user: USER });
  } else if (exists) {
    const body = { spec: policySpec(name, policy) };
    world.server.patch(STORAGE_POLICIES, object, { type: "merge", body }, { user: USER });
  } else {
    const manifest = policyManifest(NAMESPACE_NAME, name, policy);
    world.server.create(STORAGE_POLICIES, manifest, { namespace: NAMESPACE_NAME, user: USER });
  }
}
