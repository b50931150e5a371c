/**
 * StorageEvents: what they mean, how they are written and read.
 *
 * @module
 */

export * from "./alert_fields.ts";
export * from "./breaker_fields.ts";
export * from "./cluster_owner.ts";
export * from "./condition.ts";
export * from "./event.ts";
export * from "./event_limits.ts";
export * from "./parse_storage_event.ts";
export * from "./storage_event.ts";
export * from "./storage_event_name.ts";
export * from "./storage_event_spec.ts";
export * from "./storage_event_status.ts";
