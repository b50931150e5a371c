/**
 * The configuration of the controller.
 *
 * @module
 */

export type { ControllerConfig } from "./config.ts";
export * from "./load_config.ts";
