/**
 * Logging of the controller.
 *
 * @module
 */

export * from "./create_logger.ts";
export { writeStdout } from "./stdout.ts";
