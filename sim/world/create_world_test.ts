import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { objectAt, textAt, valueAt } from "../component/read_json.ts";
import { CLUSTERS } from "../operator/names.ts";
import { AGENT_AUDIENCE } from "./agent_token.ts";
import { addOrders, GIB, MIB, type TestWorld, testWorld } from "./testing/test_world.ts";

const BY_HAND = { namespace: "default", name: "orders" };
const USER = { user: "kubernetes-admin" };

function statusOf({ world }: TestWorld): JsonObject {
  return objectAt(world.server.find(CLUSTERS, BY_HAND) ?? {}, "status");
}

/** Everything that is asked of the server, in order. */
function listen({ world }: TestWorld): string[] {
  const lines: string[] = [];
  world.server.audit(({ atMs, user, verb, resource, name, after }) => {
    lines.push(`${atMs} ${user} ${verb} ${resource.plural} ${name.name} ${JSON.stringify(after)}`);
  });
  return lines;
}

async function story(test: TestWorld): Promise<string[]> {
  const lines = listen(test);
  const cluster = addOrders(test.world, {
    walBytes: 2 * GIB,
    workload: { walBytesPerSecond: 4 * MIB, dataBytesPerSecond: 5 * MIB },
  });
  await test.run(60_000);
  cluster.failPrimary();
  await test.run(60_000);
  return lines;
}

Deno.test("worlds of one seed are the same to the byte, and those of others differ", async () => {
  const first = await story(testWorld({}, 7));
  assert.ok(first.length > 50);
  assert.deepEqual(await story(testWorld({}, 7)), first);
  assert.notDeepEqual(await story(testWorld({}, 8)), first);
});

Deno.test("timers of others change nothing in a world", async () => {
  const alone = testWorld();
  const disturbed = testWorld();
  const stop = new AbortController();
  async function disturb(): Promise<void> {
    while (!stop.signal.aborted) await disturbed.clock.sleep(137, stop.signal);
  }
  const disturbing = disturb().catch(() => {});
  assert.deepEqual(await story(disturbed), await story(alone));
  stop.abort();
  await disturbing;
});

Deno.test("step() catches up tick by tick, and does nothing between two ticks", async () => {
  const { world, clock } = testWorld();
  const ticks: number[] = [];
  world.onStep((nowMs) => void ticks.push(nowMs - 1_767_225_600_000));
  await clock.advance(2_500);
  world.step();
  assert.deepEqual(ticks, [1_000, 2_000]);
  world.step();
  assert.equal(ticks.length, 2);
});

Deno.test("at() lets things happen once, in order, and tells of them", async () => {
  const { world, clock, run } = testWorld();
  const told: string[] = [];
  world.onEvent((label) => void told.push(label));
  const startMs = clock.now();
  let happened = 0;
  world.at(startMs + 3_000, "later", () => happened += 10);
  world.at(startMs + 1_500, "sooner", () => {
    happened += 1;
    world.at(startMs, "at once", () => happened += 100);
  });
  await run(2_000);
  assert.equal(happened, 101);
  await run(10_000);
  assert.equal(happened, 111);
  assert.deepEqual(told, ["sooner", "at once", "later"]);
});

Deno.test("addCluster() refuses a class that was not added, and tables that do not fit", () => {
  const { world } = testWorld();
  assert.throws(() => addOrders(world, { storageClass: "none" }), /expected a StorageClass/);
  assert.throws(() => addOrders(world, { usedDataBytes: 11 * GIB }), /found less room/);
});

Deno.test("a claim that grows gives its server room, on a disk whose provider rounds up", async () => {
  const test = testWorld();
  const cluster = addOrders(test.world);
  await test.run(10_000);
  const volume = cluster.instances[0]?.volumes[0];
  const before = volume?.fileSystem.availableBytes ?? 0;
  test.world.server.patch(PERSISTENT_VOLUME_CLAIM, { namespace: "shop", name: "orders-1" }, {
    type: "merge",
    body: { spec: { resources: { requests: { storage: "15500Mi" } } } },
  }, USER);
  await test.run(180_000);
  assert.equal(volume?.volume().diskBytes, 16 * GIB);
  assert.ok((volume?.fileSystem.availableBytes ?? 0) - before > 5.8 * GIB);
});

Deno.test("a cluster that a user makes comes to life with volumes of its own", async () => {
  const test = testWorld();
  test.world.server.create(CLUSTERS, {
    metadata: BY_HAND,
    spec: {
      instances: 2,
      storage: { size: "5Gi", storageClass: "fast" },
      walStorage: { size: "2Gi", storageClass: "fast" },
    },
  }, { ...USER, namespace: "default" });
  await test.run(120_000);
  assert.equal(statusOf(test)["phase"], "Cluster in healthy state");
  assert.equal(statusOf(test)["readyInstances"], 2);
  const cluster = test.world.findCluster("default", "orders");
  assert.equal(cluster?.primary?.name, "orders-1");
  assert.equal(test.world.server.all(PERSISTENT_VOLUME).length, 4);
  cluster?.deleteIt();
  await test.run(5_000);
  assert.deepEqual(test.world.server.all(PERSISTENT_VOLUME), []);
  assert.equal(test.world.findCluster("default", "orders"), undefined);
});

Deno.test("tablespaces have volumes of their own, under names that Kubernetes allows", async () => {
  const test = testWorld();
  const storage = { size: "3Gi", storageClass: "fast" };
  test.world.server.create(CLUSTERS, {
    metadata: BY_HAND,
    spec: { instances: 1, storage, tablespaces: [{ name: "Hot_data", storage }] },
  }, { ...USER, namespace: "default" });
  await test.run(60_000);
  assert.equal(statusOf(test)["phase"], "Cluster in healthy state");
  const [data, tablespace] = test.world.findCluster("default", "orders")?.instances[0]?.volumes ??
    [];
  assert.equal(data?.role, "data");
  assert.equal(tablespace?.role, "tbs:Hot_data");
  assert.equal(tablespace?.claimName, "orders-1-tbs-hot-data");
  assert.equal(tablespace?.mountPath, "/var/lib/postgresql/tablespaces/Hot_data");
  assert.equal(tablespace?.fileSystem.deviceBytes, 3 * GIB);
});

Deno.test("a claim of a class that the world does not know stays pending", async () => {
  const test = testWorld();
  test.world.server.create(CLUSTERS, {
    metadata: BY_HAND,
    spec: { instances: 1, storage: { size: "5Gi", storageClass: "elsewhere" } },
  }, { ...USER, namespace: "default" });
  await test.run(60_000);
  assert.equal(statusOf(test)["phase"], "Creating a new replica");
  assert.deepEqual(statusOf(test)["initializingPVC"], ["orders-1"]);
  assert.deepEqual(test.world.server.all(PERSISTENT_VOLUME), []);
});

Deno.test("standbys keep up with their primary, and their slots hold nothing back", async () => {
  const test = testWorld();
  const cluster = addOrders(test.world, {
    walBytes: 4 * GIB,
    workload: { walBytesPerSecond: 16 * MIB, dataBytesPerSecond: MIB },
  });
  await test.run(900_000);
  const positions = cluster.instances.map(({ postgres }) => postgres.progress);
  assert.deepEqual(positions[1]?.insertPositionBytes, positions[0]?.insertPositionBytes);
  assert.deepEqual(positions[2]?.dataBytes, positions[0]?.dataBytes);
  assert.ok((cluster.primary?.postgres.wal.sizeBytes ?? 0) < 2 * GIB);
});

Deno.test("agentToken() is bound to the pod, renewed in time, and not given without one", async () => {
  const test = testWorld();
  const cluster = addOrders(test.world);
  await test.run(10_000);
  const [instance] = cluster.instances;
  assert.ok(instance);
  const token = instance.agentToken(test.clock.now());
  const identity = test.world.server.identify(token);
  assert.equal(identity?.user, "system:serviceaccount:shop:orders");
  assert.deepEqual(identity?.audiences, [AGENT_AUDIENCE]);
  assert.deepEqual(identity?.pod, { name: "orders-1", uid: instance.podUid() });
  await test.run(47 * 60_000);
  assert.equal(instance.agentToken(test.clock.now()), token);
  await test.run(2 * 60_000);
  assert.notEqual(instance.agentToken(test.clock.now()), token);
  const podUid = instance.podUid();
  instance.replacePod();
  assert.throws(() => instance.agentToken(test.clock.now()), /expected a pod, found none/);
  await test.run(30_000);
  assert.notEqual(instance.podUid(), podUid);
  const renewed = test.world.server.identify(instance.agentToken(test.clock.now()));
  assert.equal(renewed?.pod?.uid, instance.podUid());
});

Deno.test("pods look as CNPG makes them", async () => {
  const test = testWorld();
  addOrders(test.world, { walBytes: 2 * GIB });
  await test.run(10_000);
  const pod = test.world.server.find(POD, { namespace: "shop", name: "orders-2" }) ?? {};
  assert.equal(textAt(pod, "metadata", "labels", "cnpg.io/podRole"), "instance");
  assert.equal(textAt(pod, "metadata", "labels", "cnpg.io/instanceName"), "orders-2");
  assert.equal(textAt(pod, "spec", "nodeName"), "node-2");
  assert.equal(textAt(pod, "status", "phase"), "Running");
  assert.deepEqual(valueAt(pod, "spec", "volumes"), [
    { name: "pgdata", persistentVolumeClaim: { claimName: "orders-2" } },
    { name: "pg-wal", persistentVolumeClaim: { claimName: "orders-2-wal" } },
    { name: "scratch-data", emptyDir: {} },
  ]);
});
