/**
 * Logging of the controller.
 *
 * @module
 */

export * from "./create_logger.ts";
export { createStdout } from "./stdout.ts";
