/**
 * The history of a controller that keeps none.
 *
 * @module
 */

import type { History } from "./history.ts";

/** Keeps nothing, on purpose: every forecast starts with the process. */
export function createNoHistory(): History {
  return {
    record(): void {},
    read: () => Promise.resolve(new Map()),
    forget(): void {},
    state: () => ({ kind: "off" }),
    close: () => Promise.resolve(),
  };
}
