/**
 * Chooses the history that the configuration asks for.
 *
 * @module
 */

import type { ControllerConfig } from "../config/mod.ts";
import type { History } from "./history.ts";
import { createNoHistory } from "./no_history.ts";

/** The history that `persistence` asks for. */
export function openHistory(_persistence: ControllerConfig["persistence"]): History {
  return createNoHistory();
}
