import assert from "node:assert/strict";

import { GIBIBYTE } from "../lib/units/bytes.ts";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
  type Process,
} from "./reconcile/testing/controller_world.ts";

const FULL_BYTES = Math.floor(8.7 * GIBIBYTE);
/** Between the thresholds of 80 % and 85 %: told, and nothing is done. */
const CRITICAL_BYTES = Math.floor(8.2 * GIBIBYTE);

/** Lets agents report and half a minute pass, so often. */
async function live(world: ControllerWorld, process: Process, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await world.report(process);
    await world.clock.advance(30_000);
  }
}

function told({ announcements }: ControllerWorld): string[] {
  return announcements.map(({ reason, subject }) => `${reason} ${subject}`);
}

Deno.test("takeOver() looks at everything that there was news about before", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await world.report(process);
  await world.clock.advance(60_000);
  const before = world.writes().length;
  process.controller.takeOver();
  await world.clock.advance(1_000);
  assert.equal(world.writes().length, before, "nothing was left to do");
  await process.kill();
});

Deno.test("a controller that does not lead works on nothing until it takes over", async () => {
  const world = createControllerWorld();
  world.leads = false;
  const process = await world.start();
  await world.clock.advance(120_000);
  assert.deepEqual(world.writes(), []);
  world.leads = true;
  process.controller.takeOver();
  world.usedBytes.set("orders-2", FULL_BYTES);
  await world.report(process);
  await world.clock.advance(0);
  assert.equal(claimOf(world.kube, "orders-2").requestBytes, 15 * GIBIBYTE);
  await process.kill();
});

Deno.test("a new leader tells nobody of what its predecessor told, and tells when it is over", async () => {
  const world = createControllerWorld();
  const first = await world.start();
  world.usedBytes.set("orders-2", CRITICAL_BYTES);
  await live(world, first, 4);
  const raised = ["AboveCritical pressure/orders-2/data"];
  assert.deepEqual(told(world), raised);
  await first.kill();

  const second = await world.start();
  await world.clock.advance(20_000);
  assert.deepEqual(told(world), raised, "agents have not found it yet: unknown is not over");
  await live(world, second, 20);
  assert.deepEqual(told(world), raised);
  assert.deepEqual(world.events().map(({ status }) => status.phase), ["InProgress"]);

  world.usedBytes.set("orders-2", 5 * GIBIBYTE);
  await live(world, second, 20);
  assert.deepEqual(told(world), [...raised, "AlertResolved pressure/orders-2/data"]);
  assert.deepEqual(world.events().map(({ status }) => status.phase), ["Completed"]);
  await second.kill();
});
