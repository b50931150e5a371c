/**
 * What is needed to reach one API server and to prove who asks.
 *
 * @module
 */

import type { Redacted } from "./redacted.ts";

/** Where the bearer token of a request comes from. */
export type TokenSource =
  | { readonly kind: "none" }
  | { readonly kind: "static"; readonly token: Redacted }
  /** Read again at intervals: kubelet replaces projected tokens before they expire. */
  | { readonly kind: "file"; readonly path: string };

/** A certificate chain in PEM and its private key. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: Redacted;
}

/** One API server and the identity used there. */
export interface Connection {
  /** `https://host:port`, optionally with a path. Plain http is for loopback addresses. */
  readonly server: string;
  /** PEM bundles trusted besides the runtime's own roots. */
  readonly caCertificates?: readonly string[] | undefined;
  /** A PEM bundle that is read again when it changes. */
  readonly caFile?: string | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
  readonly token: TokenSource;
}

/** A connection, and the namespace that goes with it when none is named. */
export interface LoadedConnection {
  readonly connection: Connection;
  readonly namespace: string;
}

/** Reads a text file; rejects when it cannot. `Deno.readTextFile` in production. */
export type ReadTextFile = (path: string) => Promise<string>;

const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/** Whether everybody on the way to another machine reads what is sent there. */
export function isReadable({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && !LOOPBACK_HOSTS.includes(hostname);
}

/**
 * Parses the address of the API server.
 *
 * @throws {TypeError} if it is no http(s) address, holds credentials (they would show up in messages), or
 * would send a token or a key in the clear to another machine.
 */
export function parseServer(connection: Connection): URL {
  const url = URL.parse(connection.server);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new TypeError("Cannot use the API server's address: expected an http or https URL");
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("Cannot use the API server's address: expected no credentials within it");
  }
  const authenticates = connection.token.kind !== "none" ||
    connection.clientCertificate !== undefined;
  if (authenticates && isReadable(url)) {
    throw new TypeError(`Cannot send credentials to ${url.host}: expected https, found plain http`);
  }
  return url;
}
