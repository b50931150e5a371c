/**
 * Limits of the controller's HTTP servers.
 *
 * @module
 */

/** Limits of one server. */
export interface ServerLimits {
  /** Connections at once; further ones are closed as they come. */
  readonly connectionsMax: number;
  /** Time for a TLS handshake. */
  readonly handshakeMs: number;
  /** Time for all headers to arrive, from the start of the connection or of the next request. */
  readonly headersMs: number;
  /** Time for a whole request to arrive. */
  readonly requestMs: number;
  /** How often the two limits above are looked at. */
  readonly checkIntervalMs: number;
  /** Time that a connection may do nothing between two requests. */
  readonly idleMs: number;
  readonly headerBytesMax: number;
}

const COMMON: Omit<ServerLimits, "connectionsMax"> = {
  // A peer in the same cluster needs milliseconds for each of these; seconds are for a node under load.
  handshakeMs: 5_000,
  headersMs: 5_000,
  // The largest report has 256 KiB.
  requestMs: 10_000,
  checkIntervalMs: 1_000,
  // Agents let go of a connection after 1 s, so that none is closed under a report (`agent/send_report.ts`). In
  // its usual rhythm an agent makes a new one each time: a handshake costs 1 ms, an idle TLS connection 120 KB for
  // as long as it is kept.
  idleMs: 1_500,
  // A token has up to 8 KiB, the other headers less than one.
  headerBytesMax: 16_384,
};

/** For agents of a thousand clusters: one connection each, and some that are about to end. */
export const AGENT_SERVER_LIMITS: ServerLimits = { ...COMMON, connectionsMax: 4_096 };

/** For the kubelet and Prometheus, which need one connection each. */
export const STATUS_SERVER_LIMITS: ServerLimits = { ...COMMON, connectionsMax: 64 };

/** Limits as options of a Node server. */
export interface NodeServerOptions {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly maxHeaderSize: number;
}

/** The limits that plain and TLS servers share, under the names that Node gives them. */
export function nodeServerOptions(limits: ServerLimits): NodeServerOptions {
  return {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    maxHeaderSize: limits.headerBytesMax,
  };
}
