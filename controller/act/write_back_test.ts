import assert from "node:assert/strict";

import type { WriteBackSize } from "../../lib/decide/plan.ts";
import type { WriteBack } from "../../lib/event/event.ts";
import { projectCluster } from "../observe/project_cluster.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { clusterObject } from "../testing/builders.ts";
import { failure, type FakeCall } from "../testing/fake_kube.ts";
import { actOnce, gibibytes, openedExpansion } from "./testing/drafts.ts";
import { createWorld, type World, type WorldFields } from "./testing/world.ts";

interface Scene {
  readonly world: World;
  readonly action: WriteBackSize;
}

async function scene(
  cluster: WorldFields["cluster"] = {},
  fields: Partial<WriteBackSize> = {},
): Promise<Scene> {
  const world = createWorld({ cluster });
  const { eventName, view } = await openedExpansion(world);
  return {
    world,
    action: {
      kind: "write-back",
      eventName,
      role: "data",
      field: "size",
      fromBytes: gibibytes(10),
      toBytes: gibibytes(15),
      resourceVersion: view.resourceVersion,
      ...fields,
    },
  };
}

function declaredSizes(world: World): Record<string, number> {
  const cluster = world.kube.peek(CLUSTERS, { namespace: "shop", name: "orders" });
  assert.ok(cluster);
  const sizes = projectCluster(cluster).declaredSizes;
  return Object.fromEntries(
    sizes.map(({ role, field, sizeBytes }) => [`${role} ${field}`, sizeBytes]),
  );
}

function recorded(world: World): WriteBack | undefined {
  world.sync();
  return world.view().events[0]?.status.writeBack;
}

function clusterPatches(world: World): FakeCall[] {
  return world.kube.calls.filter(({ verb, resource }) => verb === "patch" && resource === CLUSTERS);
}

const template = { pvcTemplate: { resources: { requests: { storage: "10Gi" } } } };

const fields: Record<string, [WorldFields["cluster"], Partial<WriteBackSize>, string]> = {
  "storage.size": [{}, {}, "data size"],
  "walStorage.size": [{ walSize: "10Gi" }, { role: "wal" }, "wal size"],
  "storage.pvcTemplate": [
    { size: null, spec: { storage: template } },
    { field: "pvcTemplate" },
    "data pvcTemplate",
  ],
  "one tablespace": [
    { tablespaces: { cold: "7Gi", hot: "10Gi" } },
    { role: "tbs:hot", tablespaceIndex: 1 },
    "tbs:hot size",
  ],
  "a tablespace's pvcTemplate": [
    { spec: { tablespaces: [{ name: "hot", storage: template }] } },
    { role: "tbs:hot", tablespaceIndex: 0, field: "pvcTemplate" },
    "tbs:hot pvcTemplate",
  ],
};

for (const [name, [cluster, action, key]] of Object.entries(fields)) {
  Deno.test(`writeBack() raises ${name} and nothing else`, async () => {
    const { world, action: writeBack } = await scene(cluster, action);
    const before = declaredSizes(world);
    const outcome = await actOnce(world, writeBack);
    assert.deepEqual(outcome.refusals, []);
    assert.deepEqual(declaredSizes(world), { ...before, [key]: gibibytes(15) });
    assert.deepEqual(recorded(world), { state: "done" });
    assert.equal(world.announcements.at(-1)?.reason, "WrittenBack");
  });
}

Deno.test("writeBack() never lowers what a user has raised meanwhile", async () => {
  const { world, action } = await scene();
  world.kube.put(CLUSTERS, clusterObject({ size: "40Gi" }));
  await actOnce(world, action);
  assert.deepEqual(declaredSizes(world), { "data size": gibibytes(40) });
  assert.deepEqual(recorded(world), { state: "done" });
  assert.deepEqual(clusterPatches(world), []);
});

const stale: Record<string, Parameters<typeof clusterObject>[0]> = {
  "another Cluster has the name": { uid: "another" },
  "the Cluster is being deleted": { deletedAt: "2026-01-01T00:00:00Z" },
  "the size moved to another field": { size: null, spec: { storage: template } },
  "the size is gone": { size: null },
};

for (const [name, cluster] of Object.entries(stale)) {
  Deno.test(`writeBack() answers conflict and writes nothing when ${name}`, async () => {
    const { world, action } = await scene();
    world.kube.put(CLUSTERS, clusterObject(cluster));
    const outcome = await actOnce(world, action);
    assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
    assert.deepEqual(clusterPatches(world), []);
    assert.deepEqual(recorded(world), { state: "pending" });
  });
}

Deno.test("writeBack() records the webhook's words when the size is refused", async () => {
  const { world, action } = await scene();
  world.kube.admitWith((resource) => {
    if (resource === CLUSTERS) throw failure(422, "Invalid", "spec.storage: Invalid value");
  });
  const outcome = await actOnce(world, action);
  assert.deepEqual(outcome.refusals.map(({ reason }) => reason), ["WriteBackRefused"]);
  assert.deepEqual(recorded(world), { state: "failed", message: "spec.storage: Invalid value" });
  assert.equal(world.announcements.at(-1)?.reason, "WriteBackRefused");
});

Deno.test("writeBack() tries again later when CNPG's webhook does not answer", async () => {
  const { world, action } = await scene();
  world.kube.admitWith((resource) => {
    if (resource === CLUSTERS) throw failure(500, "InternalError", "failed calling webhook");
  });
  const outcome = await actOnce(world, action);
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["unavailable"]);
  assert.deepEqual(recorded(world), { state: "pending" });
});

Deno.test("writeBack() takes a list that changed in between for a conflict, not for a refusal", async () => {
  const { world, action } = await scene(
    { tablespaces: { hot: "10Gi" } },
    { role: "tbs:hot", tablespaceIndex: 0 },
  );
  world.kube.failWhen(({ verb, resource }) => {
    if (verb !== "patch" || resource !== CLUSTERS) return undefined;
    world.kube.put(CLUSTERS, clusterObject({ tablespaces: { cold: "5Gi", hot: "10Gi" } }));
    return undefined;
  });
  const outcome = await actOnce(world, action);
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
  assert.deepEqual(recorded(world), { state: "pending" });
  assert.equal(declaredSizes(world)["tbs:cold size"], gibibytes(5));
});
