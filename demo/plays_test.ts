// What the plays do to a world in which no manager looks after anything.

import assert from "node:assert/strict";

import { PERSISTENT_VOLUME_CLAIM } from "../kube/resources.ts";
import { GIBIBYTE, MEBIBYTE } from "../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../lib/units/millis.ts";
import {
  addScenario,
  createSimulatedClock,
  createWorld,
  runWorld,
  type Scenario,
  type SimulatedCluster,
  type World,
} from "../sim/mod.ts";
import {
  breakArchive,
  fillPrimary,
  growing,
  type Play,
  refuseUntil,
  stopWritingAt,
} from "./plays.ts";
import { readDefinitions } from "./read_definitions.ts";

interface Stage {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  pass(durationMs: number): Promise<void>;
}

async function stage(play: Play, cluster: Scenario["cluster"]): Promise<Stage> {
  const clock = createSimulatedClock();
  const world = createWorld({ seed: 1, clock, crds: await readDefinitions() });
  const scenario: Scenario = {
    name: "orders",
    incident: "something",
    cluster: { ...cluster, instances: 1 },
    play,
    durationMs: MINUTE,
    expected: { outcome: "untouched" },
  };
  return {
    world,
    cluster: addScenario(world, scenario, { namespace: "shop" }),
    pass: (durationMs) => runWorld(world, clock, durationMs),
  };
}

Deno.test("stopWritingAt() stops tables at their size", async () => {
  const { cluster, pass } = await stage(stopWritingAt(8.5 * GIBIBYTE), growing(8, 16));
  await pass(2 * MINUTE);
  const bytesWritten = cluster.instances[0]?.postgres.progress.dataBytes ?? 0;
  assert.ok(Math.abs(bytesWritten - 8.5 * GIBIBYTE) < 64 * MEBIBYTE, `${bytesWritten}`);
  assert.deepEqual(cluster.workload, { walBytesPerSecond: 0, dataBytesPerSecond: 0 });
});

Deno.test("breakArchive() breaks archiving, and repairs it", async () => {
  const { cluster, pass } = await stage(breakArchive, growing(2, 0));
  await pass(MINUTE);
  assert.equal(cluster.archiver.kind, "failing");
  await pass(6 * MINUTE);
  assert.equal(cluster.archiver.kind, "working");
});

Deno.test("fillPrimary() leaves no room for a segment of WAL", async () => {
  const { cluster, pass } = await stage(fillPrimary, growing(2, 0));
  await pass(5 * SECOND);
  const [instance] = cluster.instances;
  const state = instance?.postgres.state;
  assert.equal(state?.kind === "exited" && state.exitCode, 4);
});

Deno.test("refuseUntil() refuses growth, grants what a request is lowered to, and then everything", async () => {
  const { world, cluster, pass } = await stage(refuseUntil(MINUTE, () => {}), growing(2, 0));
  const [volume] = cluster.instances[0]?.volumes ?? [];
  const name = { namespace: "shop", name: volume?.claimName ?? "" };
  async function sizeAfter(storage: string): Promise<number> {
    const body = { spec: { resources: { requests: { storage } } } };
    world.server.patch(PERSISTENT_VOLUME_CLAIM, name, { type: "merge", body }, { user: "a-user" });
    await pass(10 * SECOND);
    return (volume?.volume().diskBytes ?? 0) / GIBIBYTE;
  }
  await pass(5 * SECOND);
  assert.equal(await sizeAfter("15Gi"), 10);
  assert.ok(await sizeAfter(String(10 * GIBIBYTE + 1)) < 10.001);
  await pass(MINUTE);
  assert.equal(await sizeAfter("15Gi"), 15);
});
