/**
 * A server that listens, and how it ends.
 *
 * Adapter: HTTP servers of Node's library on TCP ports.
 *
 * @module
 */

import type { Server } from "node:http";

import type { Clock } from "../../kube/clock.ts";

/** Where to listen. */
export interface ListenAddress {
  /** An address of this machine; `0.0.0.0` or `::` for all. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A server that listens. */
export interface RunningServer {
  /** The port that the server has. */
  readonly port: number;
  /**
   * Ends the server: it takes no new connection, answers what has begun, and after `graceMs` cuts off what is
   * left. Resolves when no connection is left.
   */
  shutdown(graceMs: number): Promise<void>;
}

/** The parts of a Node server that are used here; those of `node:http` and `node:https` fit. */
export type HttpServer = Pick<
  Server,
  "listen" | "address" | "close" | "closeIdleConnections" | "closeAllConnections" | "once" | "off"
>;

/**
 * Makes a server listen.
 *
 * @throws {Error} If the address can't be had; `cause` says why.
 */
export async function listen(server: HttpServer, { host, port }: ListenAddress): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, host, () => listening.resolve());
  try {
    await listening.promise;
  } catch (cause) {
    throw new Error(`Cannot listen on ${host} port ${port}`, { cause });
  } finally {
    server.off("error", listening.reject);
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Ends a server as {@link RunningServer.shutdown} says. */
export async function close(server: HttpServer, clock: Clock, graceMs: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const isOver = new AbortController();
  server.close(() => {
    isOver.abort();
    closed.resolve();
  });
  server.closeIdleConnections();
  await clock.sleep(graceMs, isOver.signal).catch(() => undefined);
  server.closeAllConnections();
  await closed.promise;
}
