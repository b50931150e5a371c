/**
 * The obstacles of the gate table that are put up in the world.
 *
 * @module
 */

import assert from "node:assert/strict";

import {
  CLUSTER_STORAGES,
  CLUSTERS,
  STORAGE_POLICIES,
} from "../../../controller/observe/resources.ts";
import type { JsonObject, Resource } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { clusterStorageObject } from "../../../lib/cluster_storage/mod.ts";
import type { PolicySpec } from "../../../lib/policy/policy_spec.ts";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import { DAY, MINUTE, SECOND } from "../../../lib/units/millis.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import type { ClusterEnd } from "../oracle/cluster_end.ts";
import type { GateStage } from "./gate_row.ts";
import { type PastExpansion, storePast } from "./past_events.ts";

/** Every obstacle that ends by itself does so this long after the trouble began. */
export const WAIT_MINUTES = 5;
export const WAIT_MS = WAIT_MINUTES * MINUTE;

/** `circuitBreaker.resetMinutes` where no policy says otherwise. */
const RESET_MS = 60 * MINUTE;

const USER = "a-user";

/** Users annotate the Cluster. */
export function annotate({ world, cluster }: GateStage, annotations: JsonObject): void {
  const body = { metadata: { annotations } };
  world.server.patch(CLUSTERS, cluster, { type: "merge", body }, { user: USER });
}

/** An earlier controller has expanded an instance's volume, or failed to. */
export function recall(
  { world, cluster }: GateStage,
  instance: string,
  past: readonly Omit<PastExpansion, "instance">[],
): void {
  storePast(world, cluster, past.map((expansion) => ({ ...expansion, instance })));
}

/** Failures a minute apart, after which the breaker is half-open once the wait is over. */
export function failures(
  { troubleAtMs }: GateStage,
  count: number,
): readonly Omit<PastExpansion, "instance">[] {
  const lastMs = troubleAtMs + WAIT_MS - RESET_MS;
  return Array.from({ length: count }, (_, index) => ({
    endedAtMs: lastMs - (count - 1 - index) * MINUTE,
    outcome: "failed",
  }));
}

/** Changes within the last day, the oldest of which ceases to count once the wait is over. */
export function budget(
  { troubleAtMs }: GateStage,
  count: number,
): readonly Omit<PastExpansion, "instance">[] {
  const firstMs = troubleAtMs + WAIT_MS + MINUTE - DAY;
  return Array.from({ length: count }, (_, index) => ({
    endedAtMs: firstMs + index * 60 * MINUTE,
    outcome: "grown",
  }));
}

/** A window of an hour. It opens at a full minute, as crons do. */
export function windowFrom(openMs: number, emergencyExempt: boolean): PolicySpec {
  const opens = new Date(openMs);
  const schedule = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
  return { maintenanceWindows: [{ schedule, duration: "1h", timeZone: "UTC", emergencyExempt }] };
}

/** A user asks for a larger claim a moment before the trouble. */
export function askForMore({ world, cluster, troubleAtMs }: GateStage): void {
  world.at(
    troubleAtMs - 20 * SECOND,
    "a user asks for more",
    () => request(world, cluster, "orders-1"),
  );
}

/** The provider never finishes what an operation of the past has asked for. */
export function stick({ world, cluster }: GateStage): void {
  cluster.instances[1]?.volumes[0]?.setBehaviour({
    failing: "rpc error: code = Internal desc = out of luck",
  });
  request(world, cluster, "orders-2");
}

function request(world: World, { namespace }: SimulatedCluster, name: string): void {
  const body = { spec: { resources: { requests: { storage: "11Gi" } } } };
  const patch = { type: "merge", body } as const;
  world.server.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name }, patch, { user: USER });
}

/** What grew in an emergency is declared once CNPG is at rest. */
export function assertNotDeclared({ record }: ClusterEnd): void {
  const sizes = record.declaredSizes.map(({ sizeBytes }) => sizeBytes);
  assert.deepEqual(sizes, [10 * GIBIBYTE], "the write-back waits");
}

/** Users take a healthy cluster out of CNPG's hands, which counts as busy. */
export function disableOperator(stage: GateStage): void {
  stage.world.at(stage.troubleAtMs - 30 * SECOND, "users take CNPG away", () => {
    annotate(stage, { "cnpg.io/reconciliationLoop": "disabled" });
  });
}

/** An administrator bounds what claims of the namespace may ask for. */
export function bound({ world, cluster }: GateStage, resource: Resource, spec: JsonObject): void {
  const { namespace } = cluster;
  const metadata = { namespace, name: "storage" };
  world.server.create(resource, { metadata, spec }, { namespace, user: USER });
}

/** What an earlier controller has seen of the cluster first. */
export function firstSeen({ world, cluster }: GateStage, size: string): void {
  const { namespace } = cluster;
  const object = { ...clusterStorageObject(cluster) };
  world.server.create(CLUSTER_STORAGES, object, { namespace, user: USER });
  const body = { status: { firstSeenSizes: { data: size } } };
  world.server.patch(CLUSTER_STORAGES, cluster, { type: "merge", body }, {
    user: USER,
    subresource: "status",
  });
}

/** Another cluster of the policy has failed as often as both together may. */
export function shareBreaker(stage: GateStage): void {
  const { world, cluster } = stage;
  const { namespace } = cluster;
  const other = world.addCluster({
    namespace,
    name: "other",
    instances: 1,
    dataBytes: 10 * GIBIBYTE,
    storageClass: `${namespace}-${cluster.name}`,
  });
  const body = { spec: { selector: null } };
  world.server.patch(STORAGE_POLICIES, cluster, { type: "merge", body }, { user: USER });
  recall({ ...stage, cluster: other }, "other-1", failures(stage, 3));
}
