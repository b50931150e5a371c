/**
 * Series over the life of a cluster, at the whole controller.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type ControllerWorld,
  createControllerWorld,
  type Process,
} from "../../controller/reconcile/testing/controller_world.ts";
import { CLUSTERS } from "../../controller/observe/resources.ts";
import { metricsOf } from "../../controller/status.ts";
import { createLimiter } from "../../kube/limiter.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";

async function printed(world: ControllerWorld, process: Process): Promise<string> {
  const { text } = await metricsOf({
    ...process,
    candidacy: undefined,
    limiter: createLimiter({ clock: world.clock }),
    history: { state: () => ({ kind: "off" }) },
  }).print();
  return text.replaceAll("cnpg_storage_manager_", "");
}

async function live(world: ControllerWorld, process: Process, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    world.grow();
    await world.report(process);
    await world.clock.advance(2_000);
  }
}

Deno.test("the metrics tell of volumes, operations and the controller while it works", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  world.usedBytes.set("orders-1", 9 * GIBIBYTE);
  await live(world, process, 8);
  const text = await printed(world, process);
  const volume = 'namespace="shop",cluster="orders",pvc="orders-1",instance="orders-1"';
  for (
    const line of [
      `pvc_usage_bytes{${volume}} ${9 * GIBIBYTE}`,
      `pvc_sample_source{${volume},source="agent"} 1`,
      `pvc_sample_age_seconds{${volume}} 2`,
      'expansion_total{namespace="shop",cluster="orders",result="success"} 1',
      'reflector_synced{resource="clusters"} 1',
      'reflector_relists_total{resource="pods"} 1',
      'queue_keys{queue="cluster",state="running"} 0',
      'queue_oldest_seconds{queue="policy"} 0',
      'api_lane_queued{lane="volume"} 0',
      'history_state{state="off"} 1',
      'clusters_managed_total{namespace="shop"} 1',
      "leader 1",
    ]
  ) assert.ok(text.includes(`\n${line}\n`), line);
  assert.match(text, /\ndecide_duration_seconds_count [1-9]/);
  await process.kill();
});

Deno.test("the series of an instance end with it, and those of a cluster with it", async () => {
  const world = createControllerWorld();
  const process = await world.start();
  await live(world, process, 2);
  const id = { namespace: "shop", name: "orders-2" };
  await world.kube.remove(PERSISTENT_VOLUME_CLAIM, id);
  await world.kube.remove(POD, id);
  await world.clock.advance(1_000);
  await world.report(process, "orders-1");
  const smaller = await printed(world, process);
  assert.ok(smaller.includes('"orders-1"') && !smaller.includes('"orders-2"'));

  await world.kube.remove(CLUSTERS, { namespace: "shop", name: "orders" });
  await world.clock.advance(1_000);
  const series = (await printed(world, process)).split("\n").filter((line) =>
    !line.startsWith("#")
  );
  assert.deepEqual(series.filter((line) => line.includes("orders")), []);
  await process.kill();
});
