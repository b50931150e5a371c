/**
 * The whole controller in a simulated world: its clock is the world's, its API server may fail it, and it may
 * be killed at any time.
 *
 * @module
 */

import type { Announcement } from "../../controller/act/announce.ts";
import type { History } from "../../controller/history/history.ts";
import type { JsonObject } from "../../kube/api.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import type { FaultPlan } from "../../sim/faults/mod.ts";
import {
  createSimulatedClock,
  createWorld,
  runWorld,
  type SimulatedClock,
  type World,
} from "../../sim/mod.ts";
import { startReporters } from "../../sim/world/reporter.ts";
import { createDelivery, type ReportWatch } from "./deliver_report.ts";
import { type Manager, startManager } from "./manager.ts";
import { readCrds } from "./read_crds.ts";
import { skewClock } from "./skewed_clock.ts";

/** What to start. */
export interface ManagedWorldOptions {
  readonly seed: number;
  readonly tickMs?: number | undefined;
  /** Read already, where many worlds are made. */
  readonly crds?: readonly JsonObject[] | undefined;
  /** What may befall the controller's calls. */
  readonly faults?: FaultPlan | undefined;
  /** What controllers keep of volumes, and outlives them. @default {nothing} */
  readonly history?: History | undefined;
  /** Sees every report on its way, and may lose it. */
  readonly reports?: ReportWatch | undefined;
  /** By how much the controller's time of day is ahead of the API server's. @default {0} */
  readonly skewMs?: (() => number) | undefined;
}

/** A world with a controller in it. */
export interface ManagedWorld extends AsyncDisposable {
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly logger: RecordingLogger;
  /** What the controller announced as Kubernetes Events, oldest first. */
  readonly announcements: readonly Announcement[];
  /** Whether there is a controller. */
  readonly runs: boolean;
  /** Starts a controller. There must be none. */
  start(): void;
  /**
   * Kills the controller, if there is one: nothing that it has not written yet will be. Resolves when nothing
   * of it is left.
   */
  kill(): Promise<void>;
  run(durationMs: number): Promise<void>;
}

/** Creates a world without clusters, in which no controller runs yet. */
export async function createManagedWorld(options: ManagedWorldOptions): Promise<ManagedWorld> {
  const clock = createSimulatedClock();
  const { seed, tickMs, faults, reports, history, skewMs } = options;
  const managerClock = skewMs === undefined ? clock : skewClock(clock, skewMs);
  const world = createWorld({ seed, clock, crds: options.crds ?? await readCrds(), tickMs });
  const logger = createRecordingLogger();
  const announcements: Announcement[] = [];
  let manager: Manager | undefined;
  const stopReporters = startReporters(world, createDelivery(() => manager, reports));
  async function kill(): Promise<void> {
    const killed = manager;
    manager = undefined;
    await killed?.kill();
  }
  return {
    world,
    clock,
    logger,
    announcements,
    get runs(): boolean {
      return manager !== undefined;
    },
    start(): void {
      if (manager !== undefined) throw new Error("Cannot start a controller: one runs already");
      const announce = (announcement: Announcement): void => void announcements.push(announcement);
      manager = startManager({ world, clock: managerClock, logger, announce, faults, history });
    },
    kill,
    run: (durationMs) => runWorld(world, clock, durationMs),
    async [Symbol.asyncDispose](): Promise<void> {
      stopReporters();
      await kill();
    },
  };
}
