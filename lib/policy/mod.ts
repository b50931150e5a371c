/**
 * StoragePolicies: settings, defaults, inheritance, selection.
 *
 * @module
 */

export * from "./alerting_spec.ts";
export * from "./annotation_keys.ts";
export * from "./api_group.ts";
export * from "./contradictions.ts";
export * from "./defaults.ts";
export * from "./duration_schema.ts";
export * from "./expansion_spec.ts";
export * from "./layers.ts";
export * from "./maintenance_window_spec.ts";
export * from "./operator_names.ts";
export * from "./origin.ts";
export * from "./overlap.ts";
export * from "./policy_spec.ts";
export * from "./resolve.ts";
export * from "./resolve_volumes.ts";
export * from "./resolved.ts";
export * from "./role_settings.ts";
export * from "./roles_spec.ts";
export * from "./schema_parts.ts";
export * from "./select.ts";
export * from "./selector_spec.ts";
export * from "./storage_policy.ts";
export * from "./thresholds_spec.ts";
