/**
 * The product's controller, as its process runs it.
 *
 * Adapter: files, and this process's memory.
 *
 * @module
 */

import { toConfig } from "../../controller/config/config.ts";
import { configFileSchema } from "../../controller/config/config_schema.ts";
import type { History } from "../../controller/history/history.ts";
import { runController } from "../../controller/run_controller.ts";
import { readProcessMemory } from "../../controller/serve/mod.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";

/** With what the manager runs. */
export interface ManagerSite {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What it has kept from before. */
  readonly history: History;
  /** Leads to the API server as the manager. */
  readonly kubeconfigFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly host: string;
  readonly reportsPort: number;
  readonly statusPort: number;
}

/** A manager that runs. */
export interface RunningManager extends AsyncDisposable {
  /** Settles when the manager has ended; rejects if it could not run. */
  readonly ended: Promise<void>;
}

/** Starts the manager; disposing of it ends it in order. */
export function startManager(site: ManagerSite): RunningManager {
  const { host, reportsPort, statusPort, certFile, keyFile } = site;
  const stop = new AbortController();
  const config = configFileSchema.parse({
    agent: { listen: { host, port: reportsPort }, tls: { certFile, keyFile } },
    serve: { host, port: statusPort },
  });
  const ended = runController({
    config: toConfig(config),
    kubeconfigFile: site.kubeconfigFile,
    environment: () => undefined,
    readTextFile: Deno.readTextFile,
    isNotFound: (error) => error instanceof Deno.errors.NotFound,
    readMemory: readProcessMemory,
    openHistory: () => site.history,
    clock: site.clock,
    random: site.random,
    logger: site.logger,
  }, stop.signal);
  // Whoever waits for `ended` learns of it; until then it is no unhandled rejection.
  ended.catch(() => {});
  return {
    ended,
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      await ended.catch(() => {});
    },
  };
}
