/**
 * Several controllers, of which one leads.
 *
 * @module
 */

export * from "./candidacy.ts";
export * from "./fence_transport.ts";
