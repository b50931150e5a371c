/**
 * Lets the story happen before an audience.
 *
 * @module
 */

import type { Audience } from "./audience.ts";
import type { CommandLine } from "./command_line.ts";
import { createDirector } from "./director.ts";
import type { ScaledClock } from "./scaled_clock.ts";
import type { DemoResult } from "./scene.ts";
import { MANAGER_USER, type Stage } from "./stage/open_stage.ts";
import { startStory } from "./story/start_story.ts";
import { collectEvidence } from "./story/witness.ts";
import { pause, type Timers } from "./timers.ts";

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

/** Story time between two looks at the world, which moves in whole seconds. */
const STEP_MS = 400;

/** Real time between two pictures: as smooth as an eye wants it. */
const PICTURE_MS = 50;

/**
 * Performs until the story has ended (`--once`) or `stop` is aborted, and tells how it came out.
 *
 * @throws {Error} If the manager ends before.
 */
export async function perform(performance: Performance): Promise<DemoResult> {
  const { stage, commandLine, seed, timers, audience, stop } = performance;
  const { world, clusters, manager } = stage;
  const evidence = collectEvidence(world, MANAGER_USER);
  const story = startStory(world, MANAGER_USER, audience.hear);
  const director = createDirector({
    world,
    tell: story.tell,
    seed,
    speed: commandLine.speed,
    stories: clusters.flatMap(({ incident, cluster }) => {
      const found = evidence.find((candidate) => candidate.cluster === cluster);
      return found === undefined ? [] : [{ incident, evidence: found }];
    }),
  });
  let managerEnd: Error | undefined;
  manager.ended.then(
    () => managerEnd = new Error("The manager has ended before the story"),
    (cause: unknown) => managerEnd = new Error("The manager has ended", { cause }),
  );
  let pictureAtMs = -Infinity;
  while (!stop.aborted && !(commandLine.once && director.isOver())) {
    if (managerEnd !== undefined) throw managerEnd;
    world.step();
    director.look();
    if (timers.monotonic() >= pictureAtMs) {
      audience.see(director.scene(), story.lines);
      pictureAtMs = timers.monotonic() + PICTURE_MS;
    }
    await pause(timers, STEP_MS / commandLine.speed);
  }
  return director.result();
}
