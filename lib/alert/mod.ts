/**
 * Alerts as incidents: raised, followed and resolved (DESIGN §2, §7).
 *
 * @module
 */

export * from "./cause.ts";
export * from "./fold_incidents.ts";
export * from "./incident.ts";
export * from "./limit_intents.ts";
export * from "./tell_alerts.ts";
