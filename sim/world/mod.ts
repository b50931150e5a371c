/**
 * Worlds: made, filled with clusters, and driven through time.
 *
 * @module
 */

export * from "./agent_token.ts";
export * from "./create_world.ts";
export * from "./reporter.ts";
export * from "./run_world.ts";
export * from "./scenario.ts";
export * from "./scenarios.ts";
export * from "./simulated_clock.ts";
export * from "./world.ts";
