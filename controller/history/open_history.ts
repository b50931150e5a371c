/**
 * Chooses the history that the configuration asks for.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import type { ControllerConfig } from "../config/mod.ts";
import type { History } from "./history.ts";
import { createNoHistory } from "./no_history.ts";
import { createSqliteHistory } from "./sqlite/sqlite_history.ts";
import { startSqliteWorker } from "./sqlite/start_sqlite_worker.ts";

/** What a history is made with. */
export interface OpenHistoryDependencies {
  readonly config: Pick<ControllerConfig, "persistence">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The name of the file in its directory. */
const FILE = "history.sqlite";

/** Three quarters of the volume that the request document gives it: the rest is for the log, and for one that was
 * damaged. */
const FILE_BYTES_MAX = 0.75 * GIBIBYTE;

/** The history that `persistence` asks for. Nothing is opened before it is used. */
export function openHistory(
  { config: { persistence }, clock, logger }: OpenHistoryDependencies,
): History {
  if (!persistence.enabled) return createNoHistory();
  const { directory } = persistence;
  const file = { directory, path: `${directory}/${FILE}`, fileBytesMax: FILE_BYTES_MAX };
  return createSqliteHistory({
    startWorker: (listener) => startSqliteWorker(file, listener),
    clock,
    logger,
  });
}
