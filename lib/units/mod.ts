/**
 * Units: bytes, time, percentages, and Kubernetes quantities.
 *
 * @module
 */

export type { Branded } from "./brand.ts";
export * from "./bytes.ts";
export * from "./format.ts";
export * from "./millis.ts";
export * from "./percent.ts";
export * from "./quantity.ts";
export * from "./timestamp.ts";
