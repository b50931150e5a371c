/**
 * StoragePolicies: settings, defaults, inheritance, selection.
 *
 * @module
 */

export * from "./alerting_spec.ts";
export * from "./annotation_keys.ts";
export * from "./api_group.ts";
export * from "./defaults.ts";
export * from "./expansion_spec.ts";
export * from "./layers.ts";
export * from "./operator_names.ts";
export * from "./overlap.ts";
export * from "./policy_spec.ts";
export * from "./resolve.ts";
export * from "./resolved.ts";
export * from "./schema_parts.ts";
export * from "./select.ts";
export * from "./selector_spec.ts";
export * from "./storage_policy.ts";
