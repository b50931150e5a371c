import assert from "node:assert/strict";

import { STORAGE_EVENTS } from "../controller/observe/resources.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../kube/resources.ts";
import { GIBIBYTE } from "../lib/units/bytes.ts";
import { MINUTE } from "../lib/units/millis.ts";
import { type Expectation, runWorld } from "../sim/mod.ts";
import { addScenario, createSimulatedClock, createWorld, type Scenario } from "../sim/mod.ts";
import { createDirector, type Director } from "./director.ts";
import { readDefinitions } from "./read_definitions.ts";
import type { StoryLine } from "./scene.ts";
import { startStory } from "./story/start_story.ts";
import { collectEvidence } from "./story/witness.ts";

const MANAGER = "manager";
const SECOND = 1_000;

interface Theatre {
  readonly director: Director;
  readonly told: readonly StoryLine[];
  /** Lets time pass, with a look at every tick. */
  pass(durationMs: number): Promise<void>;
  /** The manager asks for more, and records it. */
  ask(size: string): void;
}

async function openTheatre(expected: Expectation): Promise<Theatre> {
  const clock = createSimulatedClock();
  const world = createWorld({ seed: 1, clock, crds: await readDefinitions() });
  const scenario: Scenario = {
    name: "orders",
    incident: "something",
    cluster: { dataBytes: 10 * GIBIBYTE, instances: 1 },
    durationMs: MINUTE,
    expected,
  };
  const site = { namespace: "shop", name: "orders" };
  const cluster = addScenario(world, scenario, site);
  const told: StoryLine[] = [];
  const story = startStory(world, MANAGER, (line) => void told.push(line));
  const stories = collectEvidence(world, MANAGER, [{ incident: { ...site, scenario }, cluster }]);
  const director = createDirector({
    world,
    seed: 1,
    speed: 20,
    tell: story.tell,
    stories,
  });
  world.onStep(() => director.look());
  return {
    director,
    told,
    pass: (durationMs) => runWorld(world, clock, durationMs),
    ask(size): void {
      const claim = { namespace: "shop", name: cluster.instances[0]?.volumes[0]?.claimName ?? "" };
      const body = { spec: { resources: { requests: { storage: size } } } };
      world.server.patch(PERSISTENT_VOLUME_CLAIM, claim, { type: "merge", body }, {
        user: MANAGER,
      });
      world.server.create(STORAGE_EVENTS, {
        apiVersion: "cnpg.supporttools.io/v1alpha1",
        kind: "StorageEvent",
        metadata: { name: "one", namespace: "shop" },
        spec: {
          clusterRef: { name: "orders", namespace: "shop" },
          eventType: "expansion",
          trigger: "manual",
        },
      }, { namespace: "shop", user: MANAGER });
    },
  };
}

Deno.test("a director waits a while after the last story, and tells its end once", async () => {
  const { director, told, pass } = await openTheatre({ outcome: "untouched" });
  await pass(10 * SECOND);
  assert.equal(director.isOver(), false);
  await pass(20 * SECOND);
  assert.equal(director.isOver(), true);
  assert.equal(director.result().ok, true);
  assert.deepEqual(told.map(({ cluster, tone }) => [cluster, tone]), [["shop/orders", "good"]]);
});

Deno.test("a director sees that a claim was changed which should not be", async () => {
  const { director, told, pass, ask } = await openTheatre({ outcome: "untouched" });
  await pass(5 * SECOND);
  ask("15Gi");
  await pass(30 * SECOND);
  const { ok, clusters } = director.result();
  assert.equal(ok, false);
  assert.match(clusters[0]?.outcome ?? "", /A claim was changed/);
  const texts = told.map(({ text }) => text);
  assert.equal(texts.includes("asks for 15 GiB for orders-1 instead of 10 GiB"), true);
  assert.equal(texts.includes("orders-1 has 15 GiB, mounted all the while"), true);
});

Deno.test("a director fails a story whose time is up, and then is done", async () => {
  const expected = { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE } as const;
  const { director, pass } = await openTheatre(expected);
  await pass(MINUTE - 5 * SECOND);
  assert.equal(director.result().clusters[0]?.ok, false);
  assert.equal(director.isOver(), false);
  await pass(30 * SECOND);
  assert.equal(director.isOver(), true);
  assert.match(
    director.result().clusters[0]?.outcome ?? "",
    /^Within 1 min of the story: orders-1/,
  );
});

Deno.test("a scene shows volumes as they are, and what was asked for until it is there", async () => {
  const { director, pass, ask } = await openTheatre({ outcome: "untouched" });
  await pass(5 * SECOND);
  ask("15Gi");
  const [waiting] = director.scene().clusters[0]?.volumes ?? [];
  assert.equal(waiting?.requestedBytes, 15 * GIBIBYTE);
  assert.equal(waiting?.sizeBytes, 10 * GIBIBYTE);
  await pass(30 * SECOND);
  const [grown] = director.scene().clusters[0]?.volumes ?? [];
  assert.equal(grown?.requestedBytes, undefined);
  assert.equal(grown?.sizeBytes, 15 * GIBIBYTE);
  assert.equal(director.scene().clusters[0]?.phase, "Cluster in healthy state");
});
