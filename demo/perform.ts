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
import type { RunningManager } from "./stage/start_manager.ts";
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

/** So long the clusters are on their own: a volume that is full from the beginning stops its cluster. */
const PROLOGUE_MS = 5_000;

/**
 * Performs until the story has ended (`--once`) or `stop` is aborted, and tells how it came out.
 *
 * @throws {Error} If the manager cannot run, or ends before.
 */
export async function perform(performance: Performance): Promise<DemoResult> {
  const { stage, commandLine, seed, timers, audience, stop } = performance;
  const { world, clusters } = stage;
  const stories = collectEvidence(world, MANAGER_USER, clusters);
  const story = startStory(world, MANAGER_USER, audience.hear);
  const { speed } = commandLine;
  const director = createDirector({ world, tell: story.tell, seed, speed, stories });
  const managerDueMs = world.clock.now() + PROLOGUE_MS;
  let manager: Watched | undefined;
  let pictureAtMs = -Infinity;
  while (!stop.aborted && !(commandLine.once && director.isOver())) {
    if (manager === undefined && world.clock.now() >= managerDueMs) {
      story.tell({ teller: "world", tone: "neutral", text: "the manager is installed" });
      manager = watch(await stage.admitManager());
    }
    manager?.check();
    world.step();
    director.look();
    if (timers.monotonic() >= pictureAtMs) {
      audience.see(director.scene(), story.lines);
      pictureAtMs = timers.monotonic() + PICTURE_MS;
    }
    await pause(timers, STEP_MS / speed);
  }
  return director.result();
}

interface Watched {
  /** Throws once the manager has ended. */
  check(): void;
}

function watch({ ended }: RunningManager): Watched {
  let end: Error | undefined;
  ended.then(
    () => end = new Error("The manager has ended before the story"),
    (cause: unknown) => end = new Error("The manager has ended", { cause }),
  );
  return {
    check(): void {
      if (end !== undefined) throw end;
    },
  };
}
