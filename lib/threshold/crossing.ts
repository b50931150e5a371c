/**
 * What one threshold says about a volume.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import type { Level } from "./level.ts";

/** The level that one threshold gives a volume, and why. */
export interface Crossing {
  readonly level: Level;
  readonly reason: Reason;
  readonly message: string;
}

/** The threshold has nothing to say. */
export const NOT_CROSSED: Crossing = { level: "ok", reason: "Healthy", message: "" };
