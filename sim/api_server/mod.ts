/**
 * A simulated Kubernetes API server.
 *
 * @module
 */

export * from "./api_server.ts";
export * from "./connect_api.ts";
export * from "./create_api_server.ts";
