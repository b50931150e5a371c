import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { objectAt, objectsAt, textAt, valueAt } from "../component/read_json.ts";
import { addOrders, GIB, MIB, type TestWorld, testWorld } from "../world/testing/test_world.ts";
import type { SimulatedCluster } from "../world/world.ts";
import { CLUSTERS, OPERATOR_USER } from "./names.ts";

const ORDERS = { namespace: "shop", name: "orders" };
const USER = { user: "kubernetes-admin" };
/** Pods are made, started and probed, and the operator has looked again. */
const UNTIL_READY_MS = 20_000;

function statusOf({ world }: TestWorld): JsonObject {
  return objectAt(world.server.find(CLUSTERS, ORDERS) ?? {}, "status");
}

function requests({ world }: TestWorld): Record<string, unknown> {
  return Object.fromEntries(
    world.server.all(PERSISTENT_VOLUME_CLAIM).map((claim) => [
      textAt(claim, "metadata", "name"),
      valueAt(claim, "spec", "resources", "requests", "storage"),
    ]),
  );
}

function condition(status: JsonObject, type: string): JsonObject {
  return objectsAt(status, "conditions").find((one) => one["type"] === type) ?? {};
}

function declareSize({ world }: TestWorld, size: string): void {
  const body = { spec: { storage: { size } } };
  world.server.patch(CLUSTERS, ORDERS, { type: "merge", body }, USER);
}

/** Every phase with its reason that the cluster goes through from now on. */
function watchPhases(test: TestWorld): string[] {
  const phases: string[] = [];
  test.world.onStep(() => {
    const status = statusOf(test);
    const line = [status["phase"], status["phaseReason"], status["targetPrimary"]].join(" | ");
    if (phases.at(-1) !== line) phases.push(line);
  });
  return phases;
}

async function started(): Promise<[TestWorld, SimulatedCluster]> {
  const test = testWorld();
  const cluster = addOrders(test.world, { walBytes: 2 * GIB });
  await test.run(UNTIL_READY_MS);
  return [test, cluster];
}

Deno.test("the operator reports a healthy cluster as CNPG does", async () => {
  const [test] = await started();
  const status = statusOf(test);
  const names = ["orders-1", "orders-2", "orders-3"];
  assert.equal(status["phase"], "Cluster in healthy state");
  assert.equal(status["currentPrimary"], "orders-1");
  assert.equal(status["readyInstances"], 3);
  assert.equal(status["timelineID"], 1);
  assert.equal(status["pvcCount"], 6);
  assert.deepEqual(status["instanceNames"], names);
  assert.deepEqual(status["instancesStatus"], { healthy: names });
  assert.deepEqual(status["healthyPVC"], names.flatMap((name) => [name, `${name}-wal`]));
  assert.equal(condition(status, "Ready")["reason"], "ClusterIsReady");
  assert.deepEqual(condition(status, "ContinuousArchiving")["status"], "True");
});

Deno.test("the operator writes nothing while nothing changes", async () => {
  const [test] = await started();
  let writes = 0;
  test.world.server.audit(({ user, verb }) => {
    if (user === OPERATOR_USER && verb !== "watch") writes += 1;
  });
  await test.run(1_300_000);
  assert.equal(writes, 0);
});

Deno.test("the operator tells that archiving fails once something is to be archived", async () => {
  const [test, cluster] = await started();
  cluster.setArchiver({ kind: "failing", error: "bucket not found" });
  await test.run(5_000);
  assert.equal(condition(statusOf(test), "ContinuousArchiving")["status"], "True");
  cluster.setWorkload({ walBytesPerSecond: 16 * MIB, dataBytesPerSecond: 0 });
  await test.run(5_000);
  const failing = condition(statusOf(test), "ContinuousArchiving");
  assert.equal(failing["reason"], "ContinuousArchivingFailing");
  assert.equal(failing["message"], "bucket not found");
  cluster.setArchiver({ kind: "working", segmentsPerSecond: 10 });
  await test.run(2_000);
  assert.equal(condition(statusOf(test), "ContinuousArchiving")["status"], "True");
});

Deno.test("the operator raises claims to the declared size and never lowers one", async () => {
  const [test] = await started();
  test.world.server.patch(PERSISTENT_VOLUME_CLAIM, { ...ORDERS, name: "orders-2" }, {
    type: "merge",
    body: { spec: { resources: { requests: { storage: "30Gi" } } } },
  }, USER);
  await test.run(5_000);
  assert.equal(requests(test)["orders-2"], "30Gi");
  declareSize(test, "20Gi");
  await test.run(5_000);
  assert.deepEqual(requests(test), {
    "orders-1": "20Gi",
    "orders-1-wal": "2Gi",
    "orders-2": "30Gi",
    "orders-2-wal": "2Gi",
    "orders-3": "20Gi",
    "orders-3-wal": "2Gi",
  });
  assert.equal(statusOf(test)["phase"], "Cluster in healthy state");
});

Deno.test("the operator freezes while the primary has no room for WAL, and thaws when it has", async () => {
  const [test, cluster] = await started();
  const wal = cluster.primary?.volumes.find(({ role }) => role === "wal");
  wal?.fillTo(8 * MIB);
  cluster.setWorkload({ walBytesPerSecond: MIB, dataBytesPerSecond: 0 });
  let idleWrites = 0;
  test.world.server.audit(({ user, before, after }) => {
    if (user === OPERATOR_USER && before !== undefined && before === after) idleWrites += 1;
  });
  await test.run(120_000);
  assert.equal(statusOf(test)["phase"], "Not enough disk space");
  assert.equal(condition(statusOf(test), "Ready")["status"], "False");
  declareSize(test, "20Gi");
  await test.run(120_000);
  assert.equal(requests(test)["orders-1"], "10Gi", "claims were raised while frozen");
  assert.equal(statusOf(test)["targetPrimary"], "orders-1", "a failover began while frozen");
  test.world.server.patch(PERSISTENT_VOLUME_CLAIM, { ...ORDERS, name: "orders-1-wal" }, {
    type: "merge",
    body: { spec: { resources: { requests: { storage: "4Gi" } } } },
  }, USER);
  await test.run(600_000);
  assert.equal(statusOf(test)["phase"], "Cluster in healthy state");
  assert.equal(requests(test)["orders-1"], "20Gi");
  assert.equal(cluster.primary?.name, "orders-1");
  assert.equal(idleWrites, 0, "writes that changed nothing");
});

Deno.test("the operator fails over when the primary's node is lost", async () => {
  const [test, cluster] = await started();
  const phases = watchPhases(test);
  cluster.failPrimary();
  await test.run(30_000);
  assert.deepEqual(phases, [
    "Failing over | Initiating a failover from orders-1 | pending",
    "Failing over | Failing over from orders-1 to orders-2 | orders-2",
    "Waiting for the instances to become active | Some instances are not yet active. Please wait. | orders-2",
    "Cluster in healthy state |  | orders-2",
  ]);
  assert.equal(cluster.primary?.name, "orders-2");
  assert.equal(statusOf(test)["timelineID"], 2);
  assert.equal(statusOf(test)["readyInstances"], 3);
  const roles = test.world.server.all(POD)
    .map((pod) => textAt(pod, "metadata", "labels", "cnpg.io/instanceRole"));
  assert.deepEqual(roles, ["replica", "primary", "replica"]);
});

Deno.test("the operator fails over when the primary's server ends, and the pod is a standby's afterwards", async () => {
  const [test, cluster] = await started();
  const roles = new Set<string | undefined>();
  test.world.onStep(() => {
    const pod = test.world.server.find(POD, { namespace: "shop", name: "orders-1" }) ?? {};
    roles.add(textAt(pod, "metadata", "labels", "cnpg.io/instanceRole"));
  });
  cluster.primary?.postgres.stop();
  await test.run(30_000);
  assert.equal(cluster.primary?.name, "orders-2");
  assert.deepEqual([...roles], ["primary", "unhealthy", "replica"]);
});

Deno.test("the operator gives new replicas the declared size, and takes the last away", async () => {
  const [test, cluster] = await started();
  for (const name of ["orders-1", "orders-2", "orders-3"]) {
    test.world.server.patch(PERSISTENT_VOLUME_CLAIM, { ...ORDERS, name }, {
      type: "merge",
      body: { spec: { resources: { requests: { storage: "30Gi" } } } },
    }, USER);
  }
  const phases = watchPhases(test);
  cluster.scale(4);
  await test.run(60_000);
  assert.equal(requests(test)["orders-4"], "10Gi");
  assert.equal(cluster.instances.length, 4);
  assert.deepEqual(phases, [
    "Creating a new replica | Creating replica orders-4-join | orders-1",
    "Waiting for the instances to become active | Some instances are not yet active. Please wait. | orders-1",
    "Cluster in healthy state |  | orders-1",
  ]);
  cluster.scale(2);
  await test.run(30_000);
  assert.deepEqual(statusOf(test)["instanceNames"], ["orders-1", "orders-2"]);
  assert.deepEqual(cluster.instances.map(({ name }) => name), ["orders-1", "orders-2"]);
});

Deno.test("the operator goes no further while a claim cannot be raised", async () => {
  const test = testWorld({ allowVolumeExpansion: false });
  addOrders(test.world);
  await test.run(UNTIL_READY_MS);
  declareSize(test, "20Gi");
  let refused = 0;
  test.world.server.audit(({ user, error }) => {
    if (user === OPERATOR_USER && error !== undefined) refused += 1;
  });
  await test.run(60_000);
  assert.equal(requests(test)["orders-1"], "10Gi");
  assert.ok(refused > 5 && refused < 20, `${refused} tries in a minute`);
});

Deno.test("the operator leaves a cluster alone that a user has disabled", async () => {
  const [test] = await started();
  const annotations = { "cnpg.io/reconciliationLoop": "disabled" };
  const body = { metadata: { annotations } };
  test.world.server.patch(CLUSTERS, ORDERS, { type: "merge", body }, USER);
  declareSize(test, "20Gi");
  await test.run(60_000);
  assert.equal(requests(test)["orders-1"], "10Gi");
});

Deno.test("nothing of a deleted cluster remains", async () => {
  const [test, cluster] = await started();
  cluster.deleteIt();
  await test.run(30_000);
  assert.deepEqual(requests(test), {});
  assert.deepEqual(test.world.server.all(POD), []);
  assert.deepEqual(test.world.clusters, []);
  const again = addOrders(test.world, { walBytes: 2 * GIB });
  await test.run(UNTIL_READY_MS);
  assert.notEqual(again.uid, cluster.uid);
  assert.equal(statusOf(test)["phase"], "Cluster in healthy state");
});
