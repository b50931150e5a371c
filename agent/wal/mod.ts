/**
 * What the agent sees of its instance's WAL.
 *
 * @module
 */

export * from "./database.ts";
export * from "./files.ts";
export * from "./look.ts";
export * from "./memory.ts";
export * from "./observer.ts";
export * from "./operator.ts";
export * from "./picture.ts";
