import assert from "node:assert/strict";
import { ApiError } from "../../kube/api.ts";
import { PERSISTENT_VOLUME } from "../../kube/resources.ts";
import { DAY, MINUTE } from "../../lib/units/millis.ts";
import { valueAt } from "../component/read_json.ts";
import { RESIZER_USER } from "./expand_disk.ts";
import { createResizer } from "./resizer.ts";
import { assertGrownTo15Gi, CLAIM, createClaimWorld, GIB } from "./testing/claim_world.ts";

const FORBIDDEN = { code: 403, reason: "Forbidden" };

Deno.test("step() leaves a claim alone that asks for what it has", () => {
  const world = createClaimWorld();
  createResizer(world).step(0);
  assert.deepEqual(world.status(), {
    capacity: "10Gi",
    allocated: undefined,
    resize: undefined,
    conditions: [],
  });
});

Deno.test("step() makes the disk larger after the provider's delay, and hands over to the node", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setClassBehaviour("fast", { controllerDelayMs: 5_000, roundUpToBytes: 4 * GIB });
  world.request("15Gi");
  resizer.step(0);
  assert.deepEqual(world.status(), {
    capacity: "10Gi",
    allocated: "15Gi",
    resize: "ControllerResizeInProgress",
    conditions: ["Resizing"],
  });
  resizer.step(4_999);
  assert.equal(world.volumes.find(CLAIM)?.diskBytes, 10 * GIB);
  resizer.step(5_000);
  assert.deepEqual(world.status(), {
    capacity: "10Gi",
    allocated: "15Gi",
    resize: "NodeResizePending",
    conditions: ["FileSystemResizePending"],
  });
  assert.equal(world.volumes.find(CLAIM)?.diskBytes, 16 * GIB);
  const volume = world.server.get(PERSISTENT_VOLUME, { name: "pv-1" }, { user: "tester" });
  assert.equal(valueAt(volume, "spec", "capacity", "storage"), "16Gi");
  assert.equal(world.volumes.find(CLAIM)?.fileSystem.deviceBytes, 10 * GIB);
});

Deno.test("step() finishes by itself when the node has nothing to do", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, nodeExpansionRequired: false });
  world.request("15Gi");
  resizer.step(0);
  assertGrownTo15Gi(world);
});

Deno.test("step() tries a failing provider again until it works", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, failing: "Unavailable" });
  world.request("15Gi");
  let writes = 0;
  world.server.audit(({ verb }) => void (writes += verb === "patch" ? 1 : 0));
  for (let second = 0; second <= 60; second += 1) resizer.step(second * 1000);
  assert.equal(world.status().resize, "ControllerResizeInProgress");
  assert.deepEqual(world.status().conditions, ["Resizing", "ControllerResizeError"]);
  assert.equal(writes, 2 * 6, "tries at 0, 1, 3, 7, 15 and 31 s, of two writes each");
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  for (let second = 60; second <= 64; second += 1) resizer.step(second * 1000);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() grows a disk no more often than its provider allows in a day", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  const behaviour = { controllerDelayMs: 0, nodeExpansionRequired: false, growthsPerDayMax: 2 };
  world.volumes.setBehaviour(CLAIM, behaviour);
  for (const [minute, size] of [[0, "11Gi"], [10, "12Gi"], [20, "13Gi"]] as const) {
    world.request(size);
    resizer.step(minute * MINUTE);
  }
  assert.equal(world.status().capacity, "12Gi");
  assert.deepEqual(world.status().conditions, ["Resizing", "ControllerResizeError"]);
  resizer.step(DAY - 1);
  assert.equal(world.status().capacity, "12Gi");
  for (const laterMs of [0, 5 * MINUTE]) resizer.step(DAY + laterMs);
  assert.equal(world.status().capacity, "13Gi");
});

Deno.test("step() takes up a lower request when a larger one was infeasible", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, infeasibleAboveBytes: 20 * GIB });
  world.request("100Gi");
  resizer.step(0);
  assert.equal(world.status().resize, "ControllerResizeInfeasible");
  assert.equal(world.status().allocated, "100Gi");
  resizer.step(100_000);
  assert.equal(world.status().resize, "ControllerResizeInfeasible");
  world.request("20Gi");
  resizer.step(101_000);
  assert.equal(world.status().resize, "NodeResizePending");
  assert.equal(world.status().allocated, "20Gi");
});

Deno.test("step() tries an infeasible size again every five minutes", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, infeasibleAboveBytes: 20 * GIB });
  world.request("100Gi");
  resizer.step(0);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  resizer.step(299_000);
  assert.equal(world.status().resize, "ControllerResizeInfeasible");
  resizer.step(300_000);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() waits until no pod uses the volume when the driver is offline only", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, expandsOnline: false });
  world.volumes.setPod(CLAIM, "pg-1");
  world.request("15Gi");
  resizer.step(0);
  assert.deepEqual(world.status().conditions, ["Resizing", "ControllerResizeError"]);
  world.volumes.setPod(CLAIM, undefined);
  resizer.step(1_000);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() finishes what the provider was asked for when the request is raised meanwhile", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 5_000 });
  world.request("15Gi");
  resizer.step(0);
  world.request("30Gi");
  resizer.step(5_000);
  assert.equal(world.status().allocated, "15Gi");
  resizer.step(6_000);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() tells the true size of a disk that is larger than was asked for", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  world.volumes.growDisk(CLAIM, 20 * GIB, 0);
  world.request("15Gi");
  resizer.step(0);
  const volume = world.server.get(PERSISTENT_VOLUME, { name: "pv-1" }, { user: "tester" });
  assert.equal(valueAt(volume, "spec", "capacity", "storage"), "20Gi");
});

Deno.test("step() tries again when the server refuses its writes", () => {
  let refusing = true;
  const world = createClaimWorld([({ user }) => {
    if (user === RESIZER_USER && refusing) throw new ApiError("denied", FORBIDDEN);
  }]);
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  world.request("15Gi");
  resizer.step(0);
  assert.equal(world.status().resize, undefined);
  refusing = false;
  resizer.step(999);
  assert.equal(world.status().resize, undefined);
  resizer.step(1_000);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() goes on when its watch ends", () => {
  const world = createClaimWorld();
  const resizer = createResizer(world);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  world.server.step(Date.UTC(2100, 0, 1));
  world.server.compact();
  world.request("15Gi");
  resizer.step(0);
  assert.equal(world.status().resize, "NodeResizePending");
});
