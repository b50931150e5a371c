/**
 * What tests of survival have in common: a cluster in the midst of an expansion, and the proof that it was done
 * once, whatever happened on the way.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CLUSTER_STORAGES, STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import { startAgents } from "./agent_process.ts";
import { type AuditEntry } from "./audit.ts";
import { at, textAt } from "./claim.ts";
import { type ControllerSite } from "./controller_process.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab } from "./lab.ts";
import {
  claimOf,
  createDefaultPolicy,
  sizeRequests,
  specWrites,
  storageEvents,
  waitForEnd,
} from "./product_state.ts";
import { waitUntil } from "./wait.ts";

/** Namespace of all clusters of these tests. */
export const NAMESPACE = "prod";
/** The size of their volumes, the least that xfs takes in whole steps. */
export const SIZE_BYTES = 320 * 1024 ** 2;
/** Above the threshold of 85 %, below the emergency at 90 %, in which siblings do not wait for the canary. */
export const FULL = { usedPercent: 87 };

const CONNECT_LIMIT_MS = 20_000;
/** Leaves room for what is asked again after deadlines, and for machines under load. */
const REQUEST_LIMIT_MS = 60_000;
/** Agents wait up to 15 s between tries, and Kubernetes' own word counts after half a minute. */
export const OPERATION_LIMIT_MS = 120_000;

/** Makes the policy of the namespace: a gibibyte more whenever one is needed. */
export function createPolicy(lab: Lab): Promise<void> {
  return createDefaultPolicy(lab, NAMESPACE, {
    minIncrementGi: 1,
    maxSize: "4Gi",
    cooldownMinutes: 0,
  });
}

/** Makes a cluster with agents that have found their controller. */
export async function createWatched(
  lab: Lab,
  site: Pick<ControllerSite, "reportsUrl" | "caFile">,
  name: string,
  instances = 1,
): Promise<LabCluster> {
  const cluster = await lab.createCluster({
    namespace: NAMESPACE,
    name,
    instances,
    dataBytes: SIZE_BYTES,
  });
  for (const agent of await startAgents(lab, site, cluster)) {
    await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);
  }
  return cluster;
}

/** Fills the data volume of the first instance, whose disk takes so long to grow, and waits for the request. */
export async function fillSlowly(
  lab: Lab,
  cluster: LabCluster,
  delayMs: number,
): Promise<AuditEntry> {
  const canary = claimOf(cluster, 1, "data");
  lab.resizer.setFault(canary, { kind: "slow", delayMs });
  await lab.volumes.fill(canary.volume, FULL);
  return await waitForRequest(lab, cluster);
}

/** Resolves with the first request for a larger claim of a cluster. */
export function waitForRequest(lab: Lab, cluster: LabCluster): Promise<AuditEntry> {
  return waitUntil(
    `a request for ${cluster.name}`,
    async () => (await sizeRequests(lab, cluster))[0],
    { limitMs: REQUEST_LIMIT_MS },
  );
}

/** Waits for the end of an operation that grew every data volume, and holds that nothing was done twice. */
export async function assertGrownOnce(
  lab: Lab,
  cluster: LabCluster,
  limitMs = OPERATION_LIMIT_MS,
): Promise<void> {
  const event = await waitForEnd(lab, cluster, "data", limitMs);
  assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
  assert.equal((await storageEvents(lab, cluster, "data")).length, 1, "one operation");
  const asked = (await sizeRequests(lab, cluster)).map(({ name }) => name);
  assert.deepEqual(asked.toSorted(), cluster.instances.map(({ name }) => name).toSorted());
  assert.equal((await specWrites(lab, cluster)).length, 1, "the spec is written once");
}

/** Resolves once the policy has been seen: its status says so. */
export async function waitUntilGoverned(lab: Lab): Promise<void> {
  const name = { namespace: NAMESPACE, name: "default" };
  await waitUntil("the policy in force", async () => {
    const policy = await lab.api.get(STORAGE_POLICIES, name);
    return Number(at(policy, "status", "managedClusters")) > 0 || undefined;
  });
}

/** Resolves once a cluster has been seen: its ClusterStorage is there. */
export async function waitUntilSeen(lab: Lab, name: string, limitMs: number): Promise<void> {
  const where = { namespace: NAMESPACE, name };
  await waitUntil(`ClusterStorage ${name}`, () => lab.api.get(CLUSTER_STORAGES, where), {
    limitMs,
  });
}
