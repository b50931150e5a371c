import assert from "node:assert/strict";

import { addScenario } from "../../sim/world/scenario.ts";
import { SCENARIOS } from "../../sim/world/scenarios.ts";
import { createManagedWorld } from "./managed_world.ts";

for (const scenario of SCENARIOS) {
  Deno.test(`the primary runs at the end of scenario ${scenario.name}`, async () => {
    await using managed = await createManagedWorld({ seed: 1 });
    const cluster = addScenario(managed.world, scenario, { namespace: "shop" });
    managed.start();
    await managed.run(scenario.durationMs);
    assert.equal(cluster.primary?.postgres.state.kind, "running");
  });
}
