/**
 * Leader election by a Lease.
 *
 * @module
 */

export * from "./elector.ts";
export * from "./lease_timing.ts";
