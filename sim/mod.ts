/**
 * A simulated world of CloudNativePG clusters, in which the product can be tried without Kubernetes.
 *
 * @module
 */

export * from "./api_server/mod.ts";
export * from "./world/mod.ts";
