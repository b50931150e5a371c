/**
 * Two controllers of which one is cut off, and operations that lose what they were begun for.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  CLUSTER_STORAGES,
  STORAGE_EVENTS,
  STORAGE_POLICIES,
} from "../../controller/observe/resources.ts";
import { LEASE } from "../../kube/resources.ts";
import { type AuditEntry } from "./audit.ts";
import { at, textAt } from "./claim.ts";
import { CLUSTER } from "./crds.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, startLab } from "./lab.ts";
import {
  controllerWrites,
  sizeRequests,
  specWrites,
  volumeStatus,
  waitForEnd,
  wallClockMs,
} from "./product_state.ts";
import { type Relay, startRelay } from "./relay.ts";
import { prepareReplicas, type Replica } from "./replicas.ts";
import { report } from "./report.ts";
import { CONTROLLER_NAMESPACE } from "./rbac.ts";
import {
  assertGrownOnce,
  createPolicy,
  createWatched,
  fillSlowly,
  NAMESPACE,
  waitUntilGoverned,
} from "./survival.ts";
import { pause, waitUntil } from "./wait.ts";

const LEAD_LIMIT_MS = 30_000;
/** A lease of 15 s, retries, and what it takes to see it: 20 s are allowed, more on machines under load. */
const TAKEOVER_LIMIT_MS = 60_000;
/** Renewing is given up after 10 s, and a request that hangs is over after 10 s at most. */
const END_LIMIT_MS = 60_000;
const OPERATION_LIMIT_MS = 120_000;
/** The disk takes so long that what happens in the meantime surely happens in the midst of the operation. */
const SLOW_DISK_MS = 4_000;
/** A kubelet that is not nudged: who has no policy is not helped along. */
const SYNC_DELAY_MS = 2_000;
/** Many times what a controller needs to begin, or to repeat, something that it should not. */
const AFTERMATH_MS = 4_000;

/** The leader is cut off in the midst of an operation; the policy of the next goes away, and the cluster of the last. */
export async function outliveIsolation(): Promise<void> {
  await using lab = await startLab({ ownCrds: true, syncDelayMs: SYNC_DELAY_MS });
  using site = await prepareReplicas(lab);
  using relay = startRelay(Number(new URL(lab.controlPlane.server).port));
  const isolated = await site.start(`https://127.0.0.1:${relay.port}`);
  await waitToLead(isolated, LEAD_LIMIT_MS);
  const successor = await site.start();
  const cluster = await createWatched(lab, site, "isolation");
  const orphan = await createWatched(lab, site, "orphan", 2);
  const doomed = await createWatched(lab, site, "doomed", 2);
  await createPolicy(lab);
  await waitUntilGoverned(lab);

  await fillSlowly(lab, cluster, SLOW_DISK_MS);
  await cutOff(isolated, successor, relay);
  await assertGrownOnce(lab, cluster);
  await assertOneWriter(lab, isolated, successor);
  await losePolicy(lab, orphan);
  await assertQuiet(lab, successor, orphan);
  await createPolicy(lab);
  await waitUntilGoverned(lab);
  await loseCluster(lab, doomed);
  await assertQuiet(lab, successor, doomed);
  await collectGarbage(lab, doomed);
  await assertQuiet(lab, successor, doomed);
  assert.deepEqual((await controllerWrites(lab)).filter(({ code }) => code === 403), []);
}

/** The leader that hears nothing any more ends, and another one leads. */
async function cutOff(isolated: Replica, successor: Replica, relay: Relay): Promise<void> {
  relay.cut();
  const cutAtMs = wallClockMs();
  await waitToLead(successor, TAKEOVER_LIMIT_MS);
  report("the leader cut off to another that leads", wallClockMs() - cutAtMs);
  const { code } = await waitUntil("the end of the process", isolated.status, {
    limitMs: END_LIMIT_MS,
  });
  report("the leader cut off to its end", wallClockMs() - cutAtMs);
  assert.equal(code, 1, isolated.tail());
}

/** An operation without a policy ends where it is: what was asked grows, and nothing else is asked. */
async function losePolicy(lab: Lab, orphan: LabCluster): Promise<void> {
  await fillSlowly(lab, orphan, SLOW_DISK_MS);
  await lab.api.delete(STORAGE_POLICIES, { namespace: NAMESPACE, name: "default" });
  const event = await waitForEnd(lab, orphan, "data", OPERATION_LIMIT_MS);
  const steps = ["orphan-1", "orphan-2"].map((name) => {
    const status = volumeStatus(event, name);
    return `${textAt(status, "step")} ${textAt(status, "reason")}`.trim();
  });
  assert.deepEqual(steps, ["Verified", "Failed NoPolicy"], JSON.stringify(event.status));
  assert.deepEqual((await sizeRequests(lab, orphan)).map(({ name }) => name), ["orphan-1"]);
  assert.deepEqual(await specWrites(lab, orphan), []);
}

/** A cluster that is deleted is left alone; its records are the garbage collector's. */
async function loseCluster(lab: Lab, doomed: LabCluster): Promise<void> {
  await fillSlowly(lab, doomed, SLOW_DISK_MS);
  await lab.api.delete(CLUSTER, { namespace: NAMESPACE, name: doomed.name });
  await assertOwned(lab, doomed);
  await pause(SLOW_DISK_MS);
  assert.deepEqual((await sizeRequests(lab, doomed)).map(({ name }) => name), ["doomed-1"]);
}

async function waitToLead(replica: Replica, limitMs: number): Promise<void> {
  await waitUntil(
    `${replica.podName} leading`,
    async () => (await replica.leadership()).leads || undefined,
    { limitMs, hopeless: () => replica.status() && `it ended:\n${replica.tail()}` },
  );
}

/** The audit log decides: from the first sign of the one, there is none of the other. */
async function assertOneWriter(lab: Lab, before: Replica, after: Replica): Promise<void> {
  const writes = await controllerWrites(lab);
  const tookOver = writes.find((entry) =>
    entry.credential === after.credential && entry.resource === LEASE.plural && entry.code === 200
  );
  assert.ok(tookOver !== undefined);
  assert.ok(writes.some(({ credential }) => credential === before.credential));
  const late = writes.filter(({ credential, receivedAtMs }) =>
    credential === before.credential && receivedAtMs >= tookOver.receivedAtMs
  );
  assert.deepEqual(late.map(describe), []);
  const name = { namespace: CONTROLLER_NAMESPACE, name: "cnpg-storage-manager" };
  const holder = textAt(await lab.api.get(LEASE, name), "spec", "holderIdentity");
  assert.match(holder, new RegExp(`^${after.podName}_`));
}

/** Nothing is written about a cluster to which nothing happens, and nothing is tried that fails. */
async function assertQuiet(lab: Lab, controller: Replica, { name }: LabCluster): Promise<void> {
  await pause(AFTERMATH_MS);
  const fromMs = wallClockMs();
  const from = controller.lines.length;
  await pause(AFTERMATH_MS);
  const writes = (await controllerWrites(lab)).filter((entry) =>
    entry.receivedAtMs >= fromMs && entry.name.startsWith(name)
  );
  assert.deepEqual(writes.map(describe), []);
  const trouble = controller.lines.slice(from).filter((line) =>
    /"level":"(warn|error)/i.test(line) && line.includes(name)
  );
  assert.deepEqual(trouble, []);
}

function describe({ verb, resource, name }: AuditEntry): string {
  return `${verb} ${resource} ${name}`;
}

/** What is about a cluster names it as its owner: that is how the garbage collector finds it. */
async function assertOwned(lab: Lab, cluster: LabCluster): Promise<void> {
  for (const resource of [STORAGE_EVENTS, CLUSTER_STORAGES]) {
    const { items } = await lab.api.list(resource, { namespace: NAMESPACE });
    const own = items.filter((item) => textAt(item, "metadata", "name").startsWith(cluster.name));
    assert.ok(own.length > 0, resource.plural);
    for (const item of own) {
      const owners = at(item, "metadata", "ownerReferences");
      assert.ok(Array.isArray(owners) && textAt(owners[0], "uid") === cluster.uid);
    }
  }
}

/** What the garbage collector does, which the lab has not: here to what is ours. */
async function collectGarbage(lab: Lab, cluster: LabCluster): Promise<void> {
  for (const resource of [STORAGE_EVENTS, CLUSTER_STORAGES]) {
    const { items } = await lab.api.list(resource, { namespace: NAMESPACE });
    for (const item of items) {
      const name = textAt(item, "metadata", "name");
      if (name.startsWith(cluster.name)) {
        await lab.api.delete(resource, { namespace: NAMESPACE, name });
      }
    }
  }
}
