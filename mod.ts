/**
 * The storage manager's decisions as a library: pure functions without I/O, clock or randomness.
 *
 * @module
 */

export * from "./lib/breaker/breaker.ts";
export * from "./lib/cluster_storage/mod.ts";
export * from "./lib/decide/decide.ts";
export * from "./lib/decide/plan.ts";
export * from "./lib/event/mod.ts";
export * from "./lib/expansion/drivers.ts";
export * from "./lib/expansion/lasting_time.ts";
export * from "./lib/expansion/preflight.ts";
export * from "./lib/expansion/target.ts";
export * from "./lib/explain/explain.ts";
export * from "./lib/explain/forecast_words.ts";
export * from "./lib/explain/next_step.ts";
export * from "./lib/explain/reasons.ts";
export * from "./lib/forecast/mod.ts";
export * from "./lib/policy/mod.ts";
export * from "./lib/report/report.ts";
export * from "./lib/threshold/judge.ts";
export * from "./lib/threshold/level.ts";
export * from "./lib/threshold/pressure.ts";
export * from "./lib/threshold/trips.ts";
export * from "./lib/units/mod.ts";
export * from "./lib/view/cluster.ts";
export * from "./lib/view/object_key.ts";
export * from "./lib/view/observation.ts";
export * from "./lib/view/role.ts";
export * from "./lib/view/select.ts";
export * from "./lib/view/volume.ts";
export * from "./lib/wal/mod.ts";
