/**
 * Wall clocks that jump: of the controller's machine, of the API server's, of the agents'.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
} from "../../controller/reconcile/testing/controller_world.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { DAY, millis } from "../../lib/units/millis.ts";

const LAP_MS = 5_000;
const CLAIMS = "persistentvolumeclaims";

/** How the wall clock goes, lap by lap: mostly as it should. */
const jumps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: -DAY, max: DAY }) },
  ),
  { minLength: 4, maxLength: 24 },
);

function claimWrites(world: ControllerWorld): number {
  return world.writes().filter(({ resource }) => resource.plural === CLAIMS).length;
}

function sizesGi({ kube, instances }: ControllerWorld): number[] {
  return instances.map((name) => claimOf(kube, name).requestBytes / GIBIBYTE);
}

/** Lives through the jumps; the provider grows what is asked for, if it works. */
async function liveThrough(
  world: ControllerWorld,
  path: readonly number[],
  providerWorks: boolean,
): Promise<void> {
  const process = await world.start();
  for (const jumpMs of path) {
    world.clock.jump(jumpMs);
    if (providerWorks) world.grow();
    await world.report(process);
    await world.clock.advance(LAP_MS);
  }
  await process.kill();
}

Deno.test("a wall clock that jumps makes nothing grow that is not full", async () => {
  await fc.assert(
    fc.asyncProperty(jumps, async (path) => {
      const world = createControllerWorld();
      await liveThrough(world, path, true);
      assert.deepEqual(sizesGi(world), [10, 10]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("a wall clock that jumps makes a full volume grow once, not once a jump", async () => {
  await fc.assert(
    fc.asyncProperty(jumps, async (path) => {
      const world = createControllerWorld();
      world.usedBytes.set("orders-1", 9 * GIBIBYTE);
      await liveThrough(world, path, true);
      // 50 % more leaves 60 % in use, below every threshold.
      const [full, sibling = 0] = sizesGi(world);
      assert.equal(full, 15);
      // A jump beyond the deadline of the operation ends it before its siblings' turn.
      assert.ok(sibling === 10 || sibling === 15, `${sibling} Gi`);
      assert.ok(claimWrites(world) <= 2, `${claimWrites(world)} writes of claims`);
    }),
    { numRuns: 20 },
  );
});

Deno.test("a wall clock that jumps while the provider is dead costs at most a few tries a jump", async () => {
  await fc.assert(
    fc.asyncProperty(jumps, async (path) => {
      const world = createControllerWorld();
      world.usedBytes.set("orders-1", 9 * GIBIBYTE);
      await liveThrough(world, path, false);
      const jumpCount = path.filter((jumpMs) => jumpMs !== 0).length;
      assert.ok(sizesGi(world).every((size) => size <= 15), String(sizesGi(world)));
      const writes = claimWrites(world);
      assert.ok(writes >= 1 && writes <= 2 + 2 * jumpCount, `${writes} writes of claims`);
    }),
    { numRuns: 20 },
  );
});

Deno.test("samples are as old as the monotonic clock says, whatever the wall clock does", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await world.report(process);
  world.clock.jump(DAY);
  await world.clock.advance(1_000);
  const view = process.controller.observer.view("shop/orders", millis(world.clock.now()));
  assert.ok(view?.volumes.every(({ fileSystem }) => fileSystem.kind === "known"));
  world.clock.jump(-2 * DAY);
  await world.clock.advance(300_000);
  const later = process.controller.observer.view("shop/orders", millis(world.clock.now()));
  assert.ok(later?.volumes.every(({ fileSystem }) => fileSystem.kind === "unknown"));
  await process.kill();
});
