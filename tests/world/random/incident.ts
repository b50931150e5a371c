/**
 * Something that happens to a cluster, and when.
 *
 * @module
 */

import type { Random } from "../../../kube/clock.ts";
import { between } from "./draw.ts";
import type { Stage } from "./stage.ts";

/** One minute. */
export const MINUTE_MS = 60_000;

/** Faults of the API, of controllers and of agents, and what users do, happen until then. */
export const STORM_MS = 25 * MINUTE_MS;

/** Something that happens to a cluster. */
export interface Incident {
  /** Counted from the beginning. */
  readonly atMs: number;
  readonly label: string;
  happen(stage: Stage): void;
}

/** A moment of the storm. */
export function stormMoment(random: Random): number {
  return between(random, MINUTE_MS, STORM_MS - MINUTE_MS);
}

/** Describes something that happens. */
export function incident(atMs: number, label: string, happen: Incident["happen"]): Incident {
  return { atMs, label, happen };
}
