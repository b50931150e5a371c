/**
 * One cluster of a random world, and the hands by which things befall it.
 *
 * @module
 */

import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { projectCluster } from "../../../controller/observe/project_cluster.ts";
import { CLUSTER_STORAGES, STORAGE_POLICIES } from "../../../controller/observe/resources.ts";
import type { JsonObject } from "../../../kube/api.ts";
import { NAMESPACE, PERSISTENT_VOLUME_CLAIM, RESOURCE_QUOTA } from "../../../kube/resources.ts";
import { ANNOTATION } from "../../../lib/policy/annotation_keys.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { formatQuantity } from "../../../lib/units/quantity.ts";
import { CLUSTERS } from "../../../sim/operator/names.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import type { ClusterTruth, Truth } from "../truth.ts";
import { policyManifest, policySpec, type PolicyWish, type Wishes } from "../wishes.ts";
import { type ClusterPlan, NAMESPACE_NAME } from "./cluster_plan.ts";

const USER = "kubernetes-admin";

/** A cluster, and what users may do to it. What they do to a cluster that is gone changes nothing. */
export interface Stage {
  readonly world: World;
  /** The present one of its name, or the last. */
  readonly cluster: SimulatedCluster;
  readonly truth: ClusterTruth;
  /** Whether the Cluster exists. */
  lives(): boolean;
  /** Sets or, with null, removes annotations. */
  annotate(annotations: Readonly<Record<string, string | null>>): void;
  pause(paused: boolean): void;
  /** Pauses until an instant; nobody takes the annotations away. */
  pauseUntil(untilMs: number): void;
  /** Makes or, with undefined, deletes another policy that selects the cluster; its own one stays in force. */
  rival(policy: PolicyWish | undefined): void;
  /** Makes, changes or, with undefined, deletes its policy. */
  govern(policy: PolicyWish | undefined): void;
  /** Bounds what claims of its class may ask for together to so much more than now; undefined: not any more. */
  limit(moreBytes: number | undefined): void;
  /** Makes another cluster of the same name, once nothing is left of the one before. */
  remake(): void;
  /** Declares data volumes that are so many bytes larger. */
  declareMore(bytes: number): void;
  /** Deletes what the manager says of the cluster. */
  forgetPicture(): void;
}

/** Puts a cluster with its class and policy into a world. */
export function setStage(
  world: World,
  truth: Truth,
  plan: ClusterPlan,
  helpable: boolean,
): Stage {
  const { server, clock } = world;
  const { name } = plan;
  const object = { namespace: NAMESPACE_NAME, name };
  world.addStorageClass(plan.storageClass);
  if (server.find(NAMESPACE, { name: NAMESPACE_NAME }) === undefined) {
    server.create(NAMESPACE, { metadata: { name: NAMESPACE_NAME } }, { user: USER });
  }
  applyPolicy(world, name, name, plan.policy);
  let present = appear({ policy: plan.policy, paused: false });
  function appear(wishes: Wishes): ClusterTruth {
    const storageClass = plan.storageClass.name;
    const cluster = world.addCluster({ ...plan.cluster, ...object, storageClass });
    cluster.setWorkload(plan.workload);
    return truth.add(cluster, wishes, { budgeted: plan.storage === "budgeted", helpable });
  }
  const lives = () => server.find(CLUSTERS, object) !== undefined;
  function change(body: JsonObject): void {
    if (lives()) server.patch(CLUSTERS, object, { type: "merge", body }, { user: USER });
  }
  function wish(changes: Partial<Wishes>): void {
    present.wishes.set(clock.now(), { ...present.wishes.latest, ...changes });
  }
  const annotate: Stage["annotate"] = (annotations) => change({ metadata: { annotations } });
  return {
    world,
    get cluster() {
      return present.cluster;
    },
    get truth() {
      return present;
    },
    lives,
    annotate,
    govern(policy): void {
      // Before its own, so that the other one governs at no time.
      if (!holds(policy)) applyPolicy(world, name, `${name}-rival`, undefined);
      applyPolicy(world, name, name, policy);
      wish({ policy });
    },
    pause(paused): void {
      annotate({ [ANNOTATION.paused]: paused ? "true" : null, [ANNOTATION.pauseUntil]: null });
      wish({ paused });
    },
    pauseUntil(untilMs): void {
      const until = new Date(untilMs).toISOString();
      annotate({ [ANNOTATION.paused]: "true", [ANNOTATION.pauseUntil]: until });
      wish({ paused: true });
      world.at(untilMs, `${name}: the pause is over`, () => wish({ paused: false }));
    },
    rival(policy): void {
      const { policy: own } = present.wishes.latest;
      applyPolicy(world, name, `${name}-rival`, holds(own) ? policy : undefined);
    },
    limit(moreBytes): void {
      present.bounded.set(clock.now(), moreBytes !== undefined);
      applyQuota(world, plan.storageClass.name, moreBytes);
    },
    remake(): void {
      if (lives() || world.findCluster(object.namespace, name) !== undefined) return;
      const isBounded = present.bounded.latest;
      present = appear({ ...present.wishes.latest, paused: false });
      present.bounded.set(clock.now(), isBounded);
    },
    declareMore(more): void {
      const stored = server.find(CLUSTERS, object);
      const [declared] = stored === undefined ? [] : projectCluster(stored).declaredSizes;
      if (declared === undefined) return;
      const size = formatQuantity(bytes(declared.sizeBytes + more));
      change({ spec: { storage: { size } } });
    },
    forgetPicture(): void {
      if (server.find(CLUSTER_STORAGES, object) === undefined) return;
      server.delete(CLUSTER_STORAGES, object, { user: USER });
    },
  };
}

function applyQuota(world: World, storageClass: string, moreBytes: number | undefined): void {
  const { server } = world;
  const object = { namespace: NAMESPACE_NAME, name: `quota-${storageClass}` };
  if (server.find(RESOURCE_QUOTA, object) !== undefined) {
    server.delete(RESOURCE_QUOTA, object, { user: USER });
  }
  if (moreBytes === undefined) return;
  const claims = server.all(PERSISTENT_VOLUME_CLAIM).map(projectClaim)
    .filter(({ storageClassName }) => storageClassName === storageClass);
  const usedBytes = claims.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
  const hard = {
    [`${storageClass}.storageclass.storage.k8s.io/requests.storage`]: formatQuantity(
      bytes(usedBytes + moreBytes),
    ),
  };
  const { namespace } = object;
  server.create(RESOURCE_QUOTA, { metadata: object, spec: { hard } }, { namespace, user: USER });
}

/** Whether a policy keeps the cluster that another one selects as well. */
function holds(policy: PolicyWish | undefined): boolean {
  return policy !== undefined && !policy.excluded;
}

function applyPolicy(
  world: World,
  cluster: string,
  name: string,
  policy: PolicyWish | undefined,
): void {
  const object = { namespace: NAMESPACE_NAME, name };
  const exists = world.server.find(STORAGE_POLICIES, object) !== undefined;
  if (policy === undefined) {
    if (exists) world.server.delete(STORAGE_POLICIES, object, { user: USER });
  } else if (exists) {
    const body = { spec: policySpec(cluster, policy) };
    world.server.patch(STORAGE_POLICIES, object, { type: "merge", body }, { user: USER });
  } else {
    const manifest = policyManifest(object, cluster, policy);
    world.server.create(STORAGE_POLICIES, manifest, { namespace: NAMESPACE_NAME, user: USER });
  }
}
