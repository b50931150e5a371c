import assert from "node:assert/strict";

import { GIBIBYTE } from "../lib/units/bytes.ts";
import { claimOf, createControllerWorld } from "./reconcile/testing/controller_world.ts";

const FULL_BYTES = Math.floor(8.7 * GIBIBYTE);

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
