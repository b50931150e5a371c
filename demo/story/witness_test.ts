import assert from "node:assert/strict";

import { CLUSTER_STORAGES, STORAGE_EVENTS } from "../../controller/observe/resources.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../../lib/units/millis.ts";
import {
  addScenario,
  createSimulatedClock,
  createWorld,
  runWorld,
  type Scenario,
  type SimulatedCluster,
  type World,
} from "../../sim/mod.ts";
import { readDefinitions } from "../read_definitions.ts";
import type { Evidence } from "./evidence.ts";
import { collectEvidence } from "./witness.ts";

const MANAGER = "manager";

interface Court {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  readonly evidence: Evidence;
  pass(durationMs: number): Promise<void>;
  /** The manager's first request. */
  managerComes(): void;
  ask(size: string): void;
  /** Somebody fills the primary's volume. */
  fill(): void;
}

async function openCourt(fields: Partial<Scenario> = {}): Promise<Court> {
  const clock = createSimulatedClock();
  const world = createWorld({ seed: 1, clock, crds: await readDefinitions() });
  const site = { namespace: "shop", name: "orders" };
  const scenario: Scenario = {
    name: "orders",
    incident: "something",
    cluster: { dataBytes: 10 * GIBIBYTE, instances: 1 },
    durationMs: MINUTE,
    expected: { outcome: "untouched" },
    ...fields,
  };
  const cluster = addScenario(world, scenario, site);
  const [found] = collectEvidence(world, MANAGER, [{ incident: { ...site, scenario }, cluster }]);
  assert.ok(found !== undefined);
  const [volume] = cluster.instances[0]?.volumes ?? [];
  return {
    world,
    cluster,
    evidence: found.evidence,
    pass: (durationMs) => runWorld(world, clock, durationMs),
    managerComes: () => void world.server.list(STORAGE_EVENTS, {}, { user: MANAGER }),
    ask(size): void {
      const claim = { namespace: "shop", name: volume?.claimName ?? "" };
      const body = { spec: { resources: { requests: { storage: size } } } };
      const user = MANAGER;
      world.server.patch(PERSISTENT_VOLUME_CLAIM, claim, { type: "merge", body }, { user });
    },
    fill: () => volume?.fillTo(8 * MEBIBYTE),
  };
}

Deno.test("collectEvidence() does not hold against the manager what it found", async () => {
  const { evidence, fill, pass, managerComes, world } = await openCourt();
  fill();
  await pass(5 * SECOND);
  assert.equal(evidence.troubleAtMs, undefined);
  managerComes();
  assert.equal(evidence.troubleAtMs, world.clock.now());
  await pass(5 * SECOND);
  assert.deepEqual([evidence.foundDown, evidence.wasDown], [true, false]);
  assert.equal(evidence.phases.has("Not enough disk space"), true);
});

Deno.test("collectEvidence() sees a server that goes down with the manager there, also once more", async () => {
  const { cluster, evidence, fill, pass, managerComes } = await openCourt();
  const [volume] = cluster.instances[0]?.volumes ?? [];
  fill();
  await pass(5 * SECOND);
  managerComes();
  volume?.fileSystem.growTo(15 * GIBIBYTE);
  await pass(2 * MINUTE);
  assert.equal(cluster.primary?.name, "orders-1");
  assert.equal(evidence.wasDown, false);
  volume?.fillTo(0);
  cluster.failPrimary();
  await pass(MINUTE);
  assert.equal(evidence.wasDown, true);
});

Deno.test("collectEvidence() counts trouble from a time to full that is too short", async () => {
  const { evidence, pass, managerComes, world } = await openCourt({
    cluster: {
      dataBytes: 10 * GIBIBYTE,
      instances: 1,
      workload: { walBytesPerSecond: 0, dataBytesPerSecond: 16 * MEBIBYTE },
    },
    policy: { thresholds: { timeToFull: "7m" } },
  });
  managerComes();
  await pass(SECOND);
  assert.equal(evidence.troubleAtMs, undefined);
  await pass(2 * MINUTE);
  const crossedMs = evidence.troubleAtMs ?? 0;
  assert.ok(crossedMs > 0 && crossedMs < world.clock.now());
  const [volume] = evidence.cluster.instances[0]?.volumes ?? [];
  assert.ok((volume?.fileSystem.usedBytes ?? Infinity) < 6 * GIBIBYTE);
});

Deno.test("collectEvidence() knows what the manager changed, and how full a volume was then", async () => {
  const { evidence, pass, ask } = await openCourt();
  await pass(5 * SECOND);
  ask("10Gi");
  assert.deepEqual([evidence.changed.size, evidence.requestedAtMs], [0, undefined]);
  ask("15Gi");
  assert.deepEqual([...evidence.changed], ["persistentvolumeclaims"]);
  const share = evidence.requestedAtShare ?? 0;
  assert.ok(share > 0.2 && share < 0.25, `${share}`);
});

Deno.test("collectEvidence() sees a request while a breaker is open, and not one later", async () => {
  for (const [openMs, expected] of [[MINUTE, true], [SECOND, false]] as const) {
    const { world, evidence, pass, ask } = await openCourt();
    const halfOpenTime = new Date(world.clock.now() + openMs).toISOString();
    world.server.create(STORAGE_EVENTS, {
      apiVersion: "cnpg.supporttools.io/v1alpha1",
      kind: "StorageEvent",
      metadata: { name: "one", namespace: "shop" },
      spec: {
        clusterRef: { name: "orders", namespace: "shop" },
        eventType: "circuit-breaker",
        trigger: "threshold-breach",
        circuitBreaker: { scope: "global" },
      },
    }, { namespace: "shop", user: MANAGER });
    const body = { status: { phase: "InProgress", circuitBreaker: { failures: 2, halfOpenTime } } };
    const name = { namespace: "shop", name: "one" };
    const caller = { user: MANAGER, subresource: "status" } as const;
    world.server.patch(STORAGE_EVENTS, name, { type: "merge", body }, caller);
    await pass(5 * SECOND);
    ask("15Gi");
    assert.equal(evidence.askedWhileOpen, expected);
  }
});

Deno.test("collectEvidence() remembers conditions that have passed, and what the ClusterStorage says", async () => {
  const { world, evidence, fill, managerComes } = await openCourt();
  fill();
  managerComes();
  world.server.create(CLUSTER_STORAGES, {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "ClusterStorage",
    metadata: { name: "orders", namespace: "shop" },
    spec: { clusterRef: { name: "orders" } },
  }, { namespace: "shop", user: MANAGER });
  function say(status: "True" | "False", level: string): void {
    const conditions = [{
      type: "CircuitBreakerOpen",
      status,
      reason: status === "True" ? "BreakerOpen" : "BreakerClosed",
      message: "so it is",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    }];
    const body = { status: { level, nextAction: `at ${level}`, conditions } };
    const name = { namespace: "shop", name: "orders" };
    const caller = { user: MANAGER, subresource: "status" } as const;
    world.server.patch(CLUSTER_STORAGES, name, { type: "merge", body }, caller);
  }
  say("False", "ok");
  assert.deepEqual([evidence.detectedAtMs, evidence.conditions.size], [undefined, 0]);
  say("True", "full");
  assert.equal(evidence.detectedAtMs, world.clock.now());
  assert.equal(evidence.conditions.get("CircuitBreakerOpen"), "true");
  assert.equal(evidence.reasons.has("BreakerOpen"), true);
  say("False", "ok");
  assert.equal(evidence.conditions.get("CircuitBreakerOpen"), "passed");
  assert.deepEqual([evidence.level, evidence.says], ["ok", "at ok"]);
});
