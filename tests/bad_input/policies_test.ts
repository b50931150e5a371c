/**
 * Policies that nobody can act by: stored under an older definition, by a newer version, or contradictory.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
  type Process,
} from "../../controller/reconcile/testing/controller_world.ts";
import { CLUSTER_STORAGES, STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import { policyObject } from "../../controller/testing/builders.ts";
import type { JsonObject } from "../../kube/api.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { conditionOf } from "./read_conditions.ts";

/** In these everything grows that may. */
const FULL_BYTES = 9.5 * GIBIBYTE;

async function live(world: ControllerWorld, process: Process, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await world.report(process);
    await world.clock.advance(2_000);
  }
}

const SPECS: Readonly<Record<string, { spec: JsonObject; told: RegExp }>> = {
  "with a word of a newer version": {
    spec: { expansion: { writeBack: "git" } },
    told: /Cannot read the StoragePolicy: spec\.expansion\.writeBack: .*"cluster"/,
  },
  "with another type": {
    spec: { dryRun: "yes" },
    told: /Cannot read the StoragePolicy: spec\.dryRun: .*expected boolean/,
  },
  "with a threshold beyond its bounds": {
    spec: { thresholds: { emergency: 900 } },
    told: /Cannot read the StoragePolicy: spec\.thresholds\.emergency: /,
  },
  "with thresholds that contradict each other": {
    spec: { thresholds: { warning: 95 } },
    told:
      /expected warning not above critical, found thresholds\.warning 95 \(.*standard.*\) and thresholds\.critical 80 \(.*\)/,
  },
};

for (const [what, { spec, told }] of Object.entries(SPECS)) {
  Deno.test(`a policy ${what} is said to be invalid, moves nothing, and is followed once it is mended`, async () => {
    const world = createControllerWorld();
    world.kube.put(STORAGE_POLICIES, policyObject({ spec }));
    world.usedBytes.set("orders-1", FULL_BYTES);
    const process = await world.start();
    await live(world, process, 3);
    assert.equal(claimOf(world.kube, "orders-1").requestBytes, 10 * GIBIBYTE);
    const onPolicy = conditionOf(world.kube, STORAGE_POLICIES, "standard", "Active");
    assert.match(onPolicy ?? "", told);
    assert.match(onPolicy ?? "", /^False PolicyInvalid: /);
    const onCluster = conditionOf(world.kube, CLUSTER_STORAGES, "orders", "Managed");
    assert.match(onCluster ?? "", told);
    assert.match(onCluster ?? "", /^False PolicyInvalid: /);

    const before = world.writes().length;
    await world.clock.advance(60_000);
    assert.equal(world.writes().length, before, "it is said once");

    world.kube.put(STORAGE_POLICIES, policyObject({ generation: 2 }));
    await live(world, process, 2);
    assert.ok(claimOf(world.kube, "orders-1").requestBytes > 10 * GIBIBYTE);
    await process.kill();
  });
}

Deno.test("a policy of which nobody can read what it selects governs nothing, and says why", async () => {
  const world = createControllerWorld();
  world.kube.put(STORAGE_POLICIES, policyObject({ name: "odd", spec: { selector: "orders" } }));
  world.usedBytes.set("orders-1", FULL_BYTES);
  const process = await world.start();
  await live(world, process, 3);
  assert.match(
    conditionOf(world.kube, STORAGE_POLICIES, "odd", "Active") ?? "",
    /^False PolicyInvalid: Cannot read the StoragePolicy: spec\.selector: /,
  );
  assert.ok(claimOf(world.kube, "orders-1").requestBytes > 10 * GIBIBYTE, "the default goes on");
  await process.kill();
});
