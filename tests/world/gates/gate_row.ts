/**
 * A row of the gate table (DESIGN §5) as a world in which it stands in the way.
 *
 * @module
 */

import type { Reason } from "../../../lib/explain/reasons.ts";
import type { PolicySpec } from "../../../lib/policy/policy_spec.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import type { ClusterSpec } from "../../../sim/world/world.ts";
import type { StorageTraits } from "../../../sim/world/scenario.ts";
import type { ClusterEnd } from "../oracle/cluster_end.ts";

/** The columns of the table, in their order: how urgently the first volume has to grow. */
export const URGENCIES = ["routine", "emergency", "rescue", "manual"] as const;

/** How urgently. */
export type Urgency = typeof URGENCIES[number];

/** What must come of a cell. */
export type Cell =
  /** The first volume's claim is asked to grow at once. */
  | { readonly kind: "acts" }
  /** A StorageEvent says what would be done, and nothing is done. */
  | { readonly kind: "records" }
  /** Nothing is done, and the reason told; where waiting alone lifts it, it is done so many minutes later. */
  | { readonly kind: "held"; readonly reason: Reason; readonly untilMinutes?: number | undefined };

/** The claim is asked at once. */
export const acts: Cell = { kind: "acts" };

/** A dry run. */
export const records: Cell = { kind: "records" };

/** Nothing is done, for ever or for so many minutes. */
export function held(reason: Reason, untilMinutes?: number): Cell {
  return { kind: "held", reason, untilMinutes };
}

/** The same in all four columns. */
export function always(cell: Cell): GateRow["cells"] {
  return [cell, cell, cell, cell];
}

/** Where an obstacle is put up. */
export interface GateStage {
  readonly world: World;
  /** Two instances, the first of which gets into trouble. */
  readonly cluster: SimulatedCluster;
  /** When it gets into trouble; the controller starts a minute before. */
  readonly troubleAtMs: number;
}

/** A row. */
export interface GateRow {
  /** What stands in the way, as the end of a sentence: "… during the cooldown". */
  readonly name: string;
  /** Null: no policy selects the cluster. May name instants. @default {all settings are the built-in ones} */
  readonly policy?: ((troubleAtMs: number) => PolicySpec | null) | undefined;
  readonly cluster?: Partial<ClusterSpec> | undefined;
  readonly storage?: StorageTraits | undefined;
  /** How soon a cell acts that acts at once; longer where only CNPG tells. @default {30 s} */
  readonly promptMs?: number | undefined;
  /** Puts up what the settings alone do not. */
  readonly before?: ((stage: GateStage) => void) | undefined;
  /** What must be so besides, a minute after an action. */
  readonly afterwards?: ((end: ClusterEnd) => void) | undefined;
  readonly cells: readonly [Cell, Cell, Cell, Cell];
}
