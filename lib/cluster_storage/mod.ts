/**
 * ClusterStorage: what is known of one cluster's storage, as an object that anyone may read.
 *
 * @module
 */

export * from "./cluster_storage.ts";
export * from "./forecast_status.ts";
