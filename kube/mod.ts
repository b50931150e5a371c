/**
 * A thin Kubernetes client: a port, its implementation on fetch, reflectors, Events, and connections.
 *
 * @module
 */

export * from "./abort.ts";
export * from "./api.ts";
export * from "./backoff.ts";
export * from "./clock.ts";
export * from "./connection.ts";
export * from "./event_object.ts";
export * from "./events.ts";
export * from "./fetch_api.ts";
export * from "./in_cluster.ts";
export * from "./json.ts";
export * from "./kubeconfig.ts";
export * from "./limiter.ts";
export * from "./logger.ts";
export type { Change } from "./object_cache.ts";
export * from "./object_metadata.ts";
export * from "./redacted.ts";
export * from "./reflector.ts";
export * from "./resources.ts";
export * from "./retry.ts";
export * from "./system_clock.ts";
export * from "./transport.ts";
