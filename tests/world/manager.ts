/**
 * The controller as a world runs it.
 *
 * @module
 */

import type { Announce } from "../../controller/act/ports.ts";
import { toConfig } from "../../controller/config/config.ts";
import { configFileSchema } from "../../controller/config/config_schema.ts";
import { createController } from "../../controller/create_controller.ts";
import type { History } from "../../controller/history/history.ts";
import { createNoHistory } from "../../controller/history/no_history.ts";
import { createMetrics } from "../../controller/serve/mod.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import { connectApi } from "../../sim/api_server/mod.ts";
import type { FaultPlan } from "../../sim/faults/mod.ts";
import type { World } from "../../sim/mod.ts";

/** The user as which the controller writes, as the audit has it. */
export const MANAGER = "system:serviceaccount:cnpg-storage-manager:controller";

/** A controller that runs. */
export interface Manager {
  /** Sends a request to where agents report. */
  report(request: Request): Promise<Response>;
  /** Ends without a trace, as a killed process does: from the call on it writes nothing. */
  kill(): Promise<void>;
}

/** Where it runs. */
export interface ManagerSite {
  readonly world: World;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly announce: Announce;
  readonly faults?: FaultPlan | undefined;
  /** @default {none} */
  readonly history?: History | undefined;
}

/** Starts a controller with the configuration that it has by default. */
export function startManager(site: ManagerSite): Manager {
  const { world, clock, logger, announce, faults, history = createNoHistory() } = site;
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
    history,
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
