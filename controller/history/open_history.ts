/**
 * Chooses the history that the configuration asks for.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { ReadTextFile } from "../../kube/connection.ts";
import type { Logger } from "../../kube/logger.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import type { ControllerConfig } from "../config/mod.ts";
import type { History } from "./history.ts";
import { createNoHistory } from "./no_history.ts";
import { openPrometheusHistory } from "./prometheus/open_prometheus_history.ts";
import { createSqliteHistory } from "./sqlite/sqlite_history.ts";
import { startSqliteWorker } from "./sqlite/start_sqlite_worker.ts";

/** What a history is made with. */
export interface OpenHistoryDependencies {
  readonly config: Pick<ControllerConfig, "persistence" | "sources">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readTextFile: ReadTextFile;
}

/** The name of the file in its directory. */
const FILE = "history.sqlite";

/** Three quarters of the volume that the request document gives it: the rest is for the log, and for one that was
 * damaged. */
const FILE_BYTES_MAX = 0.75 * GIBIBYTE;

/**
 * The history: in a file if `persistence` asks for it, else what a Prometheus knows that is a source anyway, else
 * none. Nothing is opened before it is used.
 */
export function openHistory(dependencies: OpenHistoryDependencies): History {
  const { config: { persistence, sources: { prometheus } }, clock, logger } = dependencies;
  if (!persistence.enabled) {
    return prometheus.enabled
      ? openPrometheusHistory({ ...dependencies, prometheus })
      : createNoHistory();
  }
  const { directory } = persistence;
  const file = { directory, path: `${directory}/${FILE}`, fileBytesMax: FILE_BYTES_MAX };
  return createSqliteHistory({
    startWorker: (listener, isFileChecked) => startSqliteWorker(file, listener, isFileChecked),
    clock,
    logger,
  });
}
