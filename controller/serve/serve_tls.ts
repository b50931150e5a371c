/**
 * Serves an app over TLS and exchanges its certificate while it runs.
 *
 * Adapter: an HTTPS server of Node's library.
 *
 * @module
 */

import { createServer } from "node:https";

import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import {
  type CertificateFiles,
  type CertificatePair,
  readCertificatePair,
  type ReadTextFile,
} from "./certificate_pair.ts";
import { createFetchHandler, type FetchApp } from "./fetch_handler.ts";
import { followCertificate } from "./follow_certificate.ts";
import { close, listen, type ListenAddress, type RunningServer } from "./running_server.ts";
import { AGENT_SERVER_LIMITS, nodeServerOptions, type ServerLimits } from "./server_limits.ts";

/** What to serve, where, and with which certificate. */
export interface ServeTlsOptions extends ListenAddress {
  readonly app: FetchApp;
  readonly tls: CertificateFiles;
  readonly readTextFile: ReadTextFile;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default {AGENT_SERVER_LIMITS} */
  readonly limits?: ServerLimits | undefined;
}

/**
 * Starts the server.
 *
 * @throws {Error} If the certificate can't be used or the address can't be had.
 */
export async function serveTls(options: ServeTlsOptions): Promise<RunningServer> {
  const { app, tls, readTextFile, clock, logger, limits = AGENT_SERVER_LIMITS } = options;
  const current = await readCertificatePair(tls, readTextFile);
  const ending = new AbortController();
  const server = createServer(
    {
      ...contextOf(current),
      handshakeTimeout: limits.handshakeMs,
      ...nodeServerOptions(limits),
    },
    createFetchHandler({
      app,
      isClosing: () => ending.signal.aborted,
      onError: (error) => logger.error("Cannot answer an agent", { error: errorText(error) }),
    }),
  );
  server.maxConnections = limits.connectionsMax;
  const port = await listen(server, options);
  const followed = followCertificate({
    files: tls,
    current,
    readTextFile,
    clock,
    logger,
    replace: (pair) => server.setSecureContext(contextOf(pair)),
  }, ending.signal);
  return {
    port,
    async shutdown(graceMs): Promise<void> {
      ending.abort();
      await Promise.all([close(server, clock, graceMs), followed]);
    },
  };
}

function contextOf(pair: CertificatePair): { cert: string; key: string; minVersion: "TLSv1.2" } {
  return { cert: pair.certificate, key: pair.privateKey.reveal(), minVersion: "TLSv1.2" };
}
