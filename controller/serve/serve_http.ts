/**
 * Serves an app over plain HTTP: probes and metrics, which hold no secret.
 *
 * Adapter: an HTTP server of Node's library.
 *
 * @module
 */

import { createServer } from "node:http";

import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import { createFetchHandler, type FetchApp } from "./fetch_handler.ts";
import { close, listen, type ListenAddress, type RunningServer } from "./running_server.ts";
import { nodeServerOptions, type ServerLimits, STATUS_SERVER_LIMITS } from "./server_limits.ts";

/** What to serve, and where. */
export interface ServeHttpOptions extends ListenAddress {
  readonly app: FetchApp;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default {STATUS_SERVER_LIMITS} */
  readonly limits?: ServerLimits | undefined;
}

/**
 * Starts the server.
 *
 * @throws {Error} If the address can't be had.
 */
export async function serveHttp(options: ServeHttpOptions): Promise<RunningServer> {
  const { app, clock, logger, limits = STATUS_SERVER_LIMITS } = options;
  let isClosing = false;
  const server = createServer(
    {
      ...nodeServerOptions(limits),
    },
    createFetchHandler({
      app,
      isClosing: () => isClosing,
      onError: (error) =>
        logger.error("Cannot answer a request for status", { error: errorText(error) }),
    }),
  );
  server.maxConnections = limits.connectionsMax;
  const port = await listen(server, options);
  return {
    port,
    shutdown(graceMs): Promise<void> {
      isClosing = true;
      return close(server, clock, graceMs);
    },
  };
}
