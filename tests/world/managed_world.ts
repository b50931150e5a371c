/**
 * The whole controller in a simulated world: its clock is the world's, its API server may fail it, and it may
 * be killed at any time.
 *
 * @module
 */

import type { Announcement } from "../../controller/act/announce.ts";
import { toConfig } from "../../controller/config/config.ts";
import { configFileSchema } from "../../controller/config/config_schema.ts";
import { createController } from "../../controller/create_controller.ts";
import { createMetrics } from "../../controller/serve/mod.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import { connectApi } from "../../sim/api_server/mod.ts";
import type { FaultPlan } from "../../sim/faults/mod.ts";
import {
  createSimulatedClock,
  createWorld,
  runWorld,
  type SimulatedClock,
  type World,
} from "../../sim/mod.ts";
import { startReporters } from "../../sim/world/reporter.ts";
import { createDelivery } from "./deliver_report.ts";
import { readCrds } from "./read_crds.ts";

/** The user as which the controller writes, as the audit has it. */
export const MANAGER = "system:serviceaccount:cnpg-storage-manager:controller";

/** What to start. */
export interface ManagedWorldOptions {
  readonly seed: number;
  readonly tickMs?: number | undefined;
  /** What may befall the controller's calls; told the time of each. */
  readonly faults?: FaultPlan | undefined;
}

/** A controller that runs. */
export interface Manager {
  /** Sends a request to where agents report. */
  report(request: Request): Promise<Response>;
  /** Ends at once and without a trace, as a killed process does. */
  kill(): Promise<void>;
}

/** A world with a controller in it. */
export interface ManagedWorld extends AsyncDisposable {
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly logger: RecordingLogger;
  /** What the controller announced as Kubernetes Events, oldest first. */
  readonly announcements: readonly Announcement[];
  /** The controller; undefined while there is none. */
  readonly manager: Manager | undefined;
  /** Starts a controller. There must be none. */
  start(): void;
  /** Kills the controller, if there is one. */
  kill(): Promise<void>;
  run(durationMs: number): Promise<void>;
}

/** Creates a world without clusters, in which no controller runs yet. */
export async function createManagedWorld(options: ManagedWorldOptions): Promise<ManagedWorld> {
  const clock = createSimulatedClock();
  const { seed, tickMs } = options;
  const world = createWorld({ seed, clock, crds: await readCrds(), tickMs });
  const logger = createRecordingLogger();
  const announcements: Announcement[] = [];
  let manager: Manager | undefined;
  startReporters(world, createDelivery(() => manager));
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
    get manager(): Manager | undefined {
      return manager;
    },
    start(): void {
      if (manager !== undefined) throw new Error("Cannot start a controller: one runs already");
      const { faults } = options;
      const announce = (announcement: Announcement): void => void announcements.push(announcement);
      manager = startManager({ world, clock, logger, announce, faults });
    },
    kill,
    run: (durationMs) => runWorld(world, clock, durationMs),
    [Symbol.asyncDispose]: kill,
  };
}

interface ManagerSite {
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly logger: RecordingLogger;
  readonly announce: (announcement: Announcement) => void;
  readonly faults?: FaultPlan | undefined;
}

function startManager({ world, clock, logger, announce, faults }: ManagerSite): Manager {
  const random = world.random.fork("manager");
  const running = new AbortController();
  const controller = createController({
    config: toConfig(configFileSchema.parse({})),
    api: connectApi(world.server, { user: MANAGER, clock, faults, random }),
    announce,
    metrics: createMetrics({
      version: "0",
      clock,
      readMemory: () => ({ residentBytes: 0, heapBytes: 0 }),
    }),
    clock,
    random,
    logger,
    mayWrite: () => !running.signal.aborted,
  });
  const observing = controller.observe(running.signal);
  return {
    report: (request) => Promise.resolve(controller.ingest.fetch(request)),
    async kill(): Promise<void> {
      running.abort();
      await controller.stop(0);
      await observing;
    },
  };
}
