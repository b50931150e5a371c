import assert from "node:assert/strict";
import { parse } from "yaml";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { textAt } from "../component/read_json.ts";
import { CLUSTER_DEFINITION } from "../operator/cluster_definition.ts";
import { CLUSTERS } from "../operator/names.ts";
import { createWorld } from "./create_world.ts";
import { runWorld } from "./run_world.ts";
import { addScenario, type Scenario } from "./scenario.ts";
import { findScenario, SCENARIOS } from "./scenarios.ts";
import { createSimulatedClock, type SimulatedClock } from "./simulated_clock.ts";
import type { SimulatedCluster, World } from "./world.ts";

const CRD_DIRECTORY = new URL("../../charts/cnpg-storage-manager/files/crds/", import.meta.url);

async function definitions(): Promise<JsonObject[]> {
  const read: JsonObject[] = [CLUSTER_DEFINITION];
  for await (const { name } of Deno.readDir(CRD_DIRECTORY)) {
    const document: unknown = parse(await Deno.readTextFile(new URL(name, CRD_DIRECTORY)));
    if (isJsonObject(document)) read.push(document);
  }
  return read;
}

interface Played {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  /** Highest share in use of any volume, in percent, by its role. */
  readonly peaks: ReadonlyMap<string, number>;
}

async function play(
  scenario: Scenario,
  crds: readonly JsonObject[],
  meddle: (world: World, clock: SimulatedClock) => void = () => {},
): Promise<Played> {
  const clock = createSimulatedClock();
  const world = createWorld({ seed: 1, clock, crds });
  const cluster = addScenario(world, scenario, { namespace: "shop" });
  meddle(world, clock);
  const peaks = new Map<string, number>();
  world.onStep(() => {
    for (const { role, fileSystem } of cluster.instances.flatMap(({ volumes }) => volumes)) {
      const { usedBytes, availableBytes } = fileSystem;
      const percent = 100 * usedBytes / (usedBytes + availableBytes);
      peaks.set(role, Math.max(peaks.get(role) ?? 0, percent));
    }
  });
  await runWorld(world, clock, scenario.durationMs);
  return { world, cluster, peaks };
}

Deno.test("every scenario but the idle one drives its volumes above the expansion threshold", async (test) => {
  const crds = await definitions();
  for (const scenario of SCENARIOS) {
    await test.step(scenario.name, async () => {
      const { peaks } = await play(scenario, crds);
      const { expected } = scenario;
      if (expected.outcome === "untouched") return assert.ok((peaks.get("data") ?? 100) < 70);
      assert.ok((peaks.get(expected.role) ?? 0) > 85, `peak ${peaks.get(expected.role)} %`);
    });
  }
});

Deno.test("where no growth helps, volumes stay below the emergency threshold and the primary runs", async () => {
  const crds = await definitions();
  for (const scenario of SCENARIOS.filter(({ expected }) => isHelpless(expected.outcome))) {
    const { peaks, cluster } = await play(scenario, crds);
    assert.ok((peaks.get("data") ?? 100) < 90, scenario.name);
    assert.equal(cluster.primary?.name, `${scenario.name}-1`, scenario.name);
  }
});

function isHelpless(outcome: Scenario["expected"]["outcome"]): boolean {
  return ["told", "failed", "partly", "recorded"].includes(outcome);
}

Deno.test("what a manager must achieve is what claims of the expected size achieve", async (test) => {
  const crds = await definitions();
  for (const scenario of SCENARIOS) {
    const { expected, name } = scenario;
    if (expected.outcome !== "grown") continue;
    const { role, atLeastBytes } = expected;
    await test.step(name, async () => {
      const { cluster, world } = await play(scenario, crds, (started, clock) => {
        started.at(clock.now() + 280_000, "claims grow by hand", () => grow(started, role));
      });
      const volumes = cluster.instances.flatMap((instance) => instance.volumes)
        .filter((volume) => volume.role === role);
      assert.ok(volumes.every(({ fileSystem }) => fileSystem.deviceBytes >= atLeastBytes));
      const stored = world.server.find(CLUSTERS, cluster) ?? {};
      assert.equal(textAt(stored, "status", "phase"), "Cluster in healthy state");
      assert.ok(cluster.primary !== undefined);
    });
  }
});

/** First the claims, then what is declared, as a manager does. */
function grow(world: World, role: string): void {
  const [suffix, storage, size] = role === "wal"
    ? ["-wal", "walStorage", "9Gi"]
    : ["", "storage", "15Gi"];
  const user = "kubernetes-admin";
  for (const cluster of world.clusters) {
    for (const { namespace, name } of cluster.instances) {
      world.server.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name: `${name}${suffix}` }, {
        type: "merge",
        body: { spec: { resources: { requests: { storage: size } } } },
      }, { user });
    }
    world.server.patch(CLUSTERS, cluster, {
      type: "merge",
      body: { spec: { [storage]: { size } } },
    }, { user });
  }
}

Deno.test("findScenario() names those that there are", () => {
  assert.equal(findScenario("growth").name, "growth");
  assert.throws(() => findScenario("none"), /expected one of idle, growth/);
});
