/**
 * Forecasts: how fast a volume grows, when it is full, and when nobody knows.
 *
 * @module
 */

export * from "./aggregate.ts";
export * from "./forecast.ts";
export * from "./growth.ts";
export * from "./rate.ts";
export * from "./rate_state.ts";
export * from "./rates.ts";
export * from "./sample.ts";
export * from "./scale.ts";
export type { Slots } from "./slots.ts";
export * from "./time_to_full.ts";
