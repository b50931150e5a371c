/**
 * Adapter: the simulated API server on a port, for kubectl and for clients in other processes.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

import type { Clock } from "../../../kube/clock.ts";
import type { Logger } from "../../../kube/logger.ts";
import type { FaultPlan } from "../../faults/fault_plan.ts";
import type { ApiServer } from "../api_server.ts";
import type { StaticUsers } from "./caller.ts";
import { type Conversations, createConversations } from "./conversations.ts";

const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** What is served, where, and what may go wrong. */
export interface ServeApiOptions extends StaticUsers {
  readonly server: ApiServer;
  /** Address to listen on. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly clock: Clock;
  readonly faults?: FaultPlan | undefined;
  readonly logger?: Logger | undefined;
  /** Certificate chain and private key in PEM; without them, plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** An API server that listens. */
export interface ServedApi {
  /** For example `http://127.0.0.1:34567`. */
  readonly url: string;
  readonly port: number;
  /** Ends every watch and connection, and stops listening. */
  shutdown(): Promise<void>;
}

/**
 * Serves `options.server` until {@link ServedApi.shutdown}.
 *
 * Objects need a token that the server knows, or `adminToken`; discovery and health are open to anyone.
 * Watches end when the server says so in its `step()`.
 *
 * @throws {Error} if the address is taken.
 * @throws {TypeError} if anyone on the network would be `anonymousUser`.
 */
export async function serveApi(options: ServeApiOptions): Promise<ServedApi> {
  const { host, tls } = options;
  checkAnonymousUser(options);
  const conversations = createConversations(options);
  function listener(incoming: IncomingMessage, response: ServerResponse): void {
    void conversations.serve(incoming, response);
  }
  const http = tls === undefined
    ? createServer(listener)
    : createTlsServer({ cert: tls.cert, key: tls.key }, listener);
  const port = await listen(http, options);
  const scheme = tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    shutdown: () => stop(http, conversations),
  };
}

function checkAnonymousUser({ host, anonymousUser }: ServeApiOptions): void {
  if (anonymousUser === undefined || LOOPBACK_HOSTS.includes(host)) return;
  const problem = `expected a loopback address for requests without a token, found ${host}`;
  throw new TypeError(`Cannot serve the API: ${problem}`);
}

function listen(http: Server, { host, port }: ServeApiOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      const address = http.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new TypeError("Cannot serve the API: expected a port, found none"));
    });
  });
}

async function stop(http: Server, conversations: Conversations): Promise<void> {
  const closed = new Promise<void>((resolve) => void http.close(() => resolve()));
  const ended = conversations.end();
  http.closeAllConnections();
  await Promise.all([closed, ended]);
}
