/**
 * What goes wrong between clients and the simulated API server.
 *
 * @module
 */

export * from "./fault_plan.ts";
export * from "./no_faults.ts";
export * from "./seeded_faults.ts";
