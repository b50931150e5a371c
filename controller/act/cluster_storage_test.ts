import assert from "node:assert/strict";

import {
  clusterStorageObject,
  type ClusterStorageStatus,
  clusterStorageStatusSchema,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import type { Plan } from "../../lib/decide/plan.ts";
import type { Condition } from "../../lib/event/event.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { forecastAt } from "../../lib/testing/forecasts.ts";
import { HOUR, millis, SECOND } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";
import { CLUSTER_STORAGES } from "../observe/resources.ts";
import { failure, metadataOf } from "../testing/fake_kube.ts";
import { createClusterStorageWriter } from "./cluster_storage.ts";
import { clusterStorageStatus } from "./cluster_storage_status.ts";
import { gibibytes, openExpansion } from "./testing/drafts.ts";
import { createWorld, planOf, type World } from "./testing/world.ts";

const signal = new AbortController().signal;
const settled: Condition = {
  type: "Expanding",
  status: "False",
  reason: "Settled",
  message: "No expansion is under way",
};

function sample(usedPercent: number): FileSystemSample {
  const totalBytes = gibibytes(10);
  const usedBytes = bytes(Math.ceil(totalBytes * usedPercent / 100));
  return {
    totalBytes,
    usedBytes,
    availableBytes: bytes(totalBytes - usedBytes),
    deviceBytes: totalBytes,
  };
}

/** The world's view with a measurement of its first volume only. */
function measuredView(world: World, usedPercent: number): ClusterView {
  const view = world.view();
  const volumes = view.volumes.map((volume, index) =>
    index > 0 ? volume : {
      ...volume,
      fileSystem: {
        kind: "known",
        value: sample(usedPercent),
        source: "agent",
        observedAtMs: millis(0),
      } as const,
    }
  );
  return { ...view, volumes };
}

function planFor(view: ClusterView, fields: Partial<Plan> = {}): Plan {
  const [first] = view.volumes;
  assert.ok(first);
  const { instance, role } = first;
  const healthy = { instance, role, level: "ok", reason: "Healthy", message: "all well" } as const;
  return { ...planOf(), volumes: [healthy], conditions: [settled], ...fields };
}

function statusAt(world: World): ClusterStorageStatus | undefined {
  const object = world.kube.peek(CLUSTER_STORAGES, { namespace: "shop", name: "orders" });
  const parsed = parseClusterStorage(object);
  return parsed.kind === "cluster-storage" ? parsed.clusterStorage.status : undefined;
}

async function write(world: World, view: ClusterView, plan: Plan): Promise<string> {
  const result = await createClusterStorageWriter(world.dependencies)(view, plan, signal);
  return result.kind === "done" ? result.effect : result.kind;
}

Deno.test("writeClusterStorage() creates what the Cluster owns, and says what is known and what not", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  assert.equal(await write(world, view, planFor(view)), "written");
  const object = world.kube.peek(CLUSTER_STORAGES, { namespace: "shop", name: "orders" });
  assert.match(JSON.stringify(metadataOf(object ?? {})["ownerReferences"]), /"uid":"cluster-uid"/);
  const status = statusAt(world);
  assert.equal(status?.level, "ok");
  assert.equal(status?.pressurePercent, 42);
  assert.deepEqual(status?.firstSeenSizes, { data: "10Gi" });
  const [known, unknown] = status?.volumes ?? [];
  assert.deepEqual([known?.level, known?.pressurePercent, known?.source], ["ok", 42, "agent"]);
  assert.deepEqual([unknown?.level, unknown?.pressurePercent, unknown?.used], [
    "unknown",
    undefined,
    undefined,
  ]);
});

Deno.test("writeClusterStorage() writes nothing while nothing means anything new", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  await write(world, view, planFor(view));
  const calls = world.kube.calls.length;
  await world.clock.advance(3_600_000);
  assert.equal(await write(world, measuredView(world, 44), planFor(view)), "already");
  assert.equal(world.kube.calls.length, calls);
});

Deno.test("writeClusterStorage() writes when the level moved, and keeps times and first sizes", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  await write(world, view, planFor(view));
  await world.clock.advance(60_000);
  const later = measuredView(world, 44);
  const volumes = later.volumes.map((volume) => ({
    ...volume,
    claim: { ...volume.claim, capacityBytes: gibibytes(15) },
  }));
  assert.equal(await write(world, { ...later, volumes }, planFor(view)), "written");
  const status = statusAt(world);
  assert.deepEqual(status?.firstSeenSizes, { data: "10Gi" });
  assert.equal(status?.conditions?.[0]?.lastTransitionTime, "2026-01-01T00:00:00Z");
  assert.equal(status?.lastUpdated, "2026-01-01T00:01:00Z");
});

Deno.test("writeClusterStorage() tells a rise at once and a mere fall after five minutes", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  const high = planFor(view, { level: "warning" });
  assert.equal(await write(world, view, high), "written");
  assert.equal(await write(world, view, planFor(view)), "already");
  await world.clock.advance(299_999);
  assert.equal(await write(world, view, planFor(view)), "already");
  await world.clock.advance(1);
  assert.equal(await write(world, view, planFor(view)), "written");
  assert.equal(await write(world, view, high), "written");
  assert.equal(await write(world, measuredView(world, 30), planFor(view)), "written");
});

Deno.test("writeClusterStorage() goes on after a crash between creation and status", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  world.kube.failWhen(({ verb }) =>
    verb === "patch" ? { when: "before", error: new TypeError("reset") } : undefined
  );
  assert.equal(await write(world, view, planFor(view)), "unavailable");
  world.kube.failWhen(() => undefined);
  assert.equal(await write(world, view, planFor(view)), "written");
  assert.equal(statusAt(world)?.level, "ok");
});

Deno.test("writeClusterStorage() takes over one that it did not know of", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  await write(world, view, planFor(view));
  const latest = { ...world.dependencies.latest, clusterStorage: () => undefined };
  const writeAnew = createClusterStorageWriter({ ...world.dependencies, latest });
  const result = await writeAnew(view, planFor(view), signal);
  assert.deepEqual(result, { kind: "done", effect: "written" });
  assert.equal(world.kube.all(CLUSTER_STORAGES).length, 1);
});

Deno.test("writeClusterStorage() waits for the one of an earlier Cluster to be collected", async () => {
  const world = createWorld();
  const view = measuredView(world, 42);
  await write(world, view, planFor(view));
  const successor = { ...view, uid: "successor" };
  const plan = planFor(view, { level: "full" });
  const calls = world.kube.calls.length;
  assert.equal(await write(world, successor, plan), "refused");
  assert.equal(world.kube.calls.length, calls);
});

Deno.test("writeClusterStorage() leaves one alone that has no owner, known or not", async () => {
  for (const isKnown of [true, false]) {
    const world = createWorld();
    const view = measuredView(world, 42);
    const { metadata, ...object } = clusterStorageObject(view);
    const { ownerReferences: _, ...ownerless } = metadata;
    world.kube.put(CLUSTER_STORAGES, { ...object, metadata: ownerless });
    if (isKnown) world.sync();
    assert.equal(await write(world, view, planFor(view)), "refused");
    assert.equal(statusAt(world)?.level, undefined);
  }
});

Deno.test("writeClusterStorage() leaves a Cluster alone that is being deleted", async () => {
  const world = createWorld();
  const view = { ...measuredView(world, 42), deleting: true };
  assert.equal(await write(world, view, planFor(view)), "already");
  assert.deepEqual(world.kube.calls, []);
});

Deno.test("writeClusterStorage() reports a refusal", async () => {
  const world = createWorld();
  world.kube.admitWith(() => {
    throw failure(403, "Forbidden", "no");
  });
  const view = measuredView(world, 42);
  assert.equal(await write(world, view, planFor(view)), "refused");
});

Deno.test("clusterStorageStatus() is unknown where nothing has measured, and fits the schema", () => {
  const view = createWorld().view();
  const status = clusterStorageStatus(view, planOf(), {}, millis(0));
  assert.equal(status.level, "unknown");
  assert.equal(status.pressurePercent, null);
  assert.equal(status.policy, null);
  assert.deepEqual(clusterStorageStatusSchema.parse(status), status);
});

Deno.test("clusterStorageStatus() names the next action, else what stands in its way", () => {
  const view = createWorld().view();
  const check = { reason: "CooldownActive", message: "The cooldown ends at noon" } as const;
  const cases: [Plan, string][] = [
    [
      planOf(openExpansion(view)),
      "Opens a StorageEvent: grow role data to 15 GiB, because orders-1/data is above 85 % (AboveExpansion)",
    ],
    [
      { ...planOf(), trace: [{ ...check, passed: false }] },
      "The cluster may not grow: The cooldown ends at noon (CooldownActive)",
    ],
    [{ ...planOf(), trace: [{ ...check, passed: true }] }, "Nothing is to be done"],
  ];
  for (const [plan, expected] of cases) {
    assert.equal(clusterStorageStatus(view, plan, {}, millis(0)).nextAction, expected);
  }
});

/** The measured volume, full in so many hours. */
function foretoldView(world: World, hours: number): ClusterView {
  const view = measuredView(world, 50);
  const volumes = view.volumes.map((volume) =>
    volume.fileSystem.kind === "unknown" ? volume : {
      ...volume,
      forecast: forecastAt(volume, { rate: gibibytes(5) * SECOND / (hours * HOUR) }),
    }
  );
  return { ...view, volumes };
}

Deno.test("writeClusterStorage() writes at once that a volume is full in half the time", async () => {
  const world = createWorld();
  const view = foretoldView(world, 40);
  await write(world, view, planFor(view));
  assert.equal(statusAt(world)?.timeToFull, "40h");
  for (const [hours, effect] of [[39, "already"], [21, "already"], [20, "written"]] as const) {
    await world.clock.advance(1_000);
    assert.equal(await write(world, foretoldView(world, hours), planFor(view)), effect, `${hours}`);
  }
  assert.equal(statusAt(world)?.timeToFull, "20h");
});

Deno.test("writeClusterStorage() writes within the hour that a volume is full later, or not at all", async () => {
  const world = createWorld();
  const view = foretoldView(world, 5);
  await write(world, view, planFor(view));
  await world.clock.advance(3_599_000);
  assert.equal(await write(world, foretoldView(world, 50), planFor(view)), "already");
  await world.clock.advance(1_000);
  assert.equal(await write(world, foretoldView(world, 50), planFor(view)), "written");
  await world.clock.advance(3_600_000);
  assert.equal(await write(world, foretoldView(world, Infinity), planFor(view)), "written");
  assert.equal(statusAt(world)?.timeToFull, "none");
});

Deno.test("writeClusterStorage() takes a time back once it has passed, and not before", async () => {
  for (const [minutes, standsMs] of [[11, 660_000], [1, 300_000]] as const) {
    const world = createWorld();
    const view = foretoldView(world, minutes / 60);
    await write(world, view, planFor(view));
    assert.equal(statusAt(world)?.timeToFull, `${minutes}m`);
    await world.clock.advance(standsMs - 1);
    assert.equal(await write(world, foretoldView(world, Infinity), planFor(view)), "already");
    await world.clock.advance(1);
    assert.equal(await write(world, view, planFor(view)), "already", "still as long");
    assert.equal(await write(world, foretoldView(world, Infinity), planFor(view)), "written");
  }
});

Deno.test("writeClusterStorage() takes a time back that nobody foretells any more", async () => {
  const world = createWorld();
  const view = foretoldView(world, 5);
  await write(world, view, planFor(view));
  await world.clock.advance(3_600_000);
  assert.equal(await write(world, measuredView(world, 50), planFor(view)), "written");
  const status = statusAt(world);
  assert.deepEqual([status?.timeToFull ?? undefined, status?.volumes?.[0]?.timeToFull], [
    undefined,
    undefined,
  ]);
});
