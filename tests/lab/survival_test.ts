import assert from "node:assert/strict";
import { outliveIsolation } from "./isolation_scene.ts";
import { outliveKills } from "./kill_scene.ts";
import { labTest } from "./lab.ts";
import { outliveDeadConnections, outliveRestart } from "./outage_scene.ts";

/** Steps that run side by side share what the sanitizers count; the test around them is held to all of it. */
const SIDE_BY_SIDE = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

/** Scenes in their order, each with a lab of its own. */
const SCENES: readonly (readonly [name: string, play: () => Promise<void>])[] = [
  ["killed at each of its writes, a controller ends what it began", outliveKills],
  ["cut off, a leader ends; without policy or cluster, an operation does", outliveIsolation],
  ["when the API server is started again, work goes on", outliveRestart],
];

await labTest("whatever is lost on the way, an expansion is done once", async (t) => {
  async function play(name: string, scene: () => Promise<void>): Promise<boolean> {
    return await t.step({ name, fn: scene, ...SIDE_BY_SIDE });
  }
  async function playScenes(): Promise<boolean> {
    for (const [name, scene] of SCENES) {
      if (!await play(name, scene)) return false;
    }
    return true;
  }
  // Until a request meets its deadline nothing happens: the other scenes have room beside it.
  const outcomes = await Promise.all([
    play("when connections go dead, that is noticed, and work goes on", outliveDeadConnections),
    playScenes(),
  ]);
  assert.deepEqual(outcomes, [true, true]);
});
