import assert from "node:assert/strict";
import { PERSISTENT_VOLUME_CLAIM } from "../kube/resources.ts";
import { settle } from "../kube/testing/fake_clock.ts";
import { GIBIBYTE } from "../lib/units/bytes.ts";
import { projectCluster } from "./observe/project_cluster.ts";
import { CLUSTERS, STORAGE_EVENTS } from "./observe/resources.ts";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
  type Process,
} from "./reconcile/testing/controller_world.ts";

/** Above the threshold of 85 %, below the emergency at 90 %, in which siblings do not wait for the canary. */
const FULL_BYTES = Math.floor(8.7 * GIBIBYTE);
const EMERGENCY_BYTES = Math.floor(9.3 * GIBIBYTE);
const GROWN_BYTES = 15 * GIBIBYTE;

function declaredBytes({ kube }: ControllerWorld): number | undefined {
  const [cluster] = kube.all(CLUSTERS).map(projectCluster);
  return cluster?.declaredSizes[0]?.sizeBytes;
}

function sizes({ kube, instances }: ControllerWorld): number[] {
  return instances.map((name) => claimOf(kube, name).requestBytes / GIBIBYTE);
}

/** Lets the provider grow, agents report and two seconds pass, so often. */
async function live(world: ControllerWorld, process: Process, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    world.grow();
    await settle();
    await world.report(process);
    await world.clock.advance(2_000);
  }
}

Deno.test("a report above the threshold becomes a request for a larger claim at once", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await world.report(process);
  assert.deepEqual(sizes(world), [10, 10]);
  world.usedBytes.set("orders-2", FULL_BYTES);
  await world.report(process, "orders-2");
  await world.clock.advance(0);
  assert.deepEqual(sizes(world), [10, 15], "the canary alone");
  await process.kill();
});

Deno.test("an expansion goes on to its siblings, ends with the spec, and is recorded", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  world.usedBytes.set("orders-2", FULL_BYTES);
  await live(world, process, 12);
  assert.deepEqual(sizes(world), [15, 15]);
  assert.equal(declaredBytes(world), GROWN_BYTES);
  assert.deepEqual(world.events().map(({ status }) => status.phase), ["Completed"]);
  const { text } = await process.metrics.print();
  assert.match(text, /expansion_total\{[^}]*result="success"[^}]*\} 1/);
  assert.match(text, /agent_report_age_seconds\{[^}]*instance="orders-1"[^}]*\} 2/);
  assert.ok(world.announcements.length > 0);
  await process.kill();
});

Deno.test("nothing is written while nothing happens", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await live(world, process, 3);
  const before = world.writes().length;
  for (let halfMinute = 0; halfMinute < 20; halfMinute++) {
    await world.report(process);
    await world.clock.advance(30_000);
  }
  const later = world.writes().slice(before);
  assert.deepEqual(later.map(({ verb, resource }) => `${verb} ${resource.plural}`), []);
  await process.kill();
});

Deno.test("nothing is written after stop(), and what is under way may end", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await live(world, process, 2);
  await process.controller.stop(1_000);
  const before = world.writes().length;
  world.usedBytes.set("orders-2", FULL_BYTES);
  await world.report(process);
  await world.clock.advance(10_000);
  assert.equal(world.writes().length, before);
  await process.kill();
});

Deno.test("a StorageEvent that cannot be read holds what can wait, and yields to an emergency", async () => {
  const world = createControllerWorld();
  world.kube.put(STORAGE_EVENTS, {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "StorageEvent",
    metadata: { namespace: "shop", name: "orders-expansion-20260101-000000" },
    spec: { eventType: "of a later version" },
  });
  const process = await world.start();
  world.usedBytes.set("orders-2", FULL_BYTES);
  await live(world, process, 3);
  assert.deepEqual(sizes(world), [10, 10]);
  world.usedBytes.set("orders-2", EMERGENCY_BYTES);
  await world.report(process);
  await world.clock.advance(0);
  assert.deepEqual(sizes(world), [10, 15]);
  await process.kill();
});

Deno.test("the work that failed is tried again, and told", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await live(world, process, 2);
  let left = 3;
  world.kube.failWhen(({ verb, resource }) =>
    verb === "patch" && resource === PERSISTENT_VOLUME_CLAIM && left-- > 0
      ? { when: "before", error: new TypeError("connection reset") }
      : undefined
  );
  world.usedBytes.set("orders-2", FULL_BYTES);
  await live(world, process, 6);
  assert.equal(claimOf(world.kube, "orders-2").requestBytes, GROWN_BYTES);
  const told = world.logger.lines.filter(({ message }) => message.startsWith("work failed"));
  assert.ok(told.length > 0 && told.every(({ fields }) => fields["key"] === "shop/orders"));
  await process.kill();
});
