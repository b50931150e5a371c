/**
 * Relief of WAL: what the agent does, each step under its own rules, and nothing that PostgreSQL may need.
 *
 * @module
 */

export * from "./ballast.ts";
export * from "./ballast_plan.ts";
export * from "./checkpoint.ts";
export * from "./cleanup.ts";
export * from "./cleanup_result.ts";
export * from "./climb.ts";
export * from "./deno_ballast_directory.ts";
export * from "./deno_program.ts";
export * from "./deno_spill_directory.ts";
export * from "./deno_wal_directory.ts";
export * from "./directory_lock.ts";
export * from "./finish_spills.ts";
export * from "./lock.ts";
export * from "./offline.ts";
export * from "./orphans.ts";
export * from "./ports.ts";
export * from "./release_ballast.ts";
export * from "./relieve.ts";
export * from "./spill.ts";
