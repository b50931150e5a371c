/**
 * Objects as an API server gives them, and reports as agents send them, for tests.
 *
 * Each builder takes what a test is about; all else is a healthy cluster `orders` in namespace `shop`.
 *
 * @module
 */

export * from "./builders/claim.ts";
export * from "./builders/cluster.ts";
export * from "./builders/policy.ts";
export * from "./builders/pod.ts";
export * from "./builders/report.ts";
export * from "./builders/storage_class.ts";
export { FIXTURE, type MetadataFields } from "./builders/metadata.ts";
