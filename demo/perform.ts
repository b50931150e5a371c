/**
 * Lets the story happen before an audience.
 *
 * @module
 */

import type { Audience } from "./audience.ts";
import type { CommandLine } from "./command_line.ts";
import { createDirector } from "./director.ts";
import type { ScaledClock, Timers } from "./scaled_clock.ts";
import type { DemoResult } from "./scene.ts";
import { MANAGER_USER, type Stage } from "./stage/open_stage.ts";
import { startStory } from "./story/start_story.ts";
import { collectEvidence } from "./story/witness.ts";

/** What performing needs. */
export interface Performance {
  readonly stage: Stage;
  readonly commandLine: CommandLine;
  readonly seed: number;
  readonly clock: ScaledClock;
  readonly timers: Timers;
  readonly audience: Audience;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/** Real time between two steps of the world: as smooth as an eye wants it. */
const STEP_MS = 40;

/**
 * Performs until the story has ended (`--once`) or `stop` is aborted, and tells how it came out.
 *
 * @throws {Error} If the manager ends before.
 */
export async function perform(performance: Performance): Promise<DemoResult> {
  const { stage, commandLine, seed, timers, audience, stop } = performance;
  const { world, clusters, manager } = stage;
  const evidence = collectEvidence(world, MANAGER_USER);
  const director = createDirector({
    world,
    seed,
    speed: commandLine.speed,
    stories: clusters.flatMap(({ incident, cluster }) => {
      const found = evidence.find((candidate) => candidate.cluster === cluster);
      return found === undefined ? [] : [{ incident, evidence: found }];
    }),
  });
  const story = startStory(world, MANAGER_USER, audience.hear);
  let managerEnd: Error | undefined;
  manager.ended.then(
    () => managerEnd = new Error("The manager has ended before the story"),
    (cause: unknown) => managerEnd = new Error("The manager has ended", { cause }),
  );
  while (!stop.aborted && !(commandLine.once && director.isOver())) {
    if (managerEnd !== undefined) throw managerEnd;
    world.step();
    director.look();
    audience.see(director.scene, story.lines);
    await pause(timers, STEP_MS);
  }
  return director.result();
}

function pause(timers: Timers, durationMs: number): Promise<void> {
  return new Promise((resolve) => void timers.start(durationMs, resolve));
}
