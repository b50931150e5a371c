import assert from "node:assert/strict";

import { addScenario } from "../../sim/world/scenario.ts";
import { SCENARIOS } from "../../sim/world/scenarios.ts";
import { createChronicle } from "./chronicle.ts";
import { createManagedWorld } from "./managed_world.ts";
import { MANAGER } from "./manager.ts";
import { createOracle } from "./oracle/create_oracle.ts";
import { clusterEnds } from "./oracle/judge_end.ts";
import { assertOutcome, wishesOf } from "./scenario_outcome.ts";
import { keepTruth } from "./truth.ts";

for (const scenario of SCENARIOS) {
  Deno.test(`the controller does what is expected in scenario ${scenario.name}`, async () => {
    const heard = new Map<string, number>();
    await using managed = await createManagedWorld({
      seed: 1,
      reports: {
        loses: () => false,
        onSent: ({ pod }) => void heard.set(pod?.name ?? "", managed.clock.now()),
      },
    });
    const { world } = managed;
    const truth = keepTruth(world);
    const chronicle = createChronicle(world, MANAGER);
    const startMs = world.clock.now();
    const cluster = addScenario(world, scenario, { namespace: "shop" });
    truth.add(cluster, wishesOf(scenario), { reportedMs: heard });
    const oracle = createOracle({ world, truth, user: MANAGER });
    managed.start();
    await managed.run(scenario.durationMs);
    assert.deepEqual(oracle.violations, [], chronicle().join("\n"));
    assert.equal(cluster.primary?.postgres.state.kind, "running");
    const ends = clusterEnds({
      world,
      truth,
      events: oracle.events,
      announcements: managed.announcements,
    });
    assert.equal(ends.length, 1);
    for (const end of ends) assertOutcome({ end, oracle, startMs }, scenario);
  });
}
