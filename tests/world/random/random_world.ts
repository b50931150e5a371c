/**
 * A world drawn from a seed: clusters, what befalls them, and what befalls the manager.
 *
 * @module
 */

import {
  createSeededFaults,
  type FaultPlan,
  type FaultRates,
  USUAL_FAULT_RATES,
} from "../../../sim/faults/mod.ts";
import { createSeededRandom, type SeededRandom } from "../../../sim/random/seeded_random.ts";
import { type ClusterPlan, drawCluster } from "./cluster_plan.ts";
import { between, chance, pick } from "./draw.ts";
import { type Incident, STORM_MS, stormMoment } from "./incident.ts";
import { drawIncidents } from "./incidents.ts";

/** A span of time, from the beginning of the world on. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A cluster and what befalls it. */
export interface Story {
  readonly plan: ClusterPlan;
  readonly incidents: readonly Incident[];
  /** When nobody hears its agents. */
  readonly silences: readonly Span[];
}

/** When the manager is killed, and for how long there is none. */
export interface Outage {
  /** Of the moments and of the manager's writes to claims and events, whichever comes first. */
  readonly atMs: number;
  readonly afterWrites: number;
  readonly durationMs: number;
}

/** Everything that a seed says. */
export interface RandomWorld {
  readonly seed: number;
  readonly stories: readonly Story[];
  readonly outages: readonly Outage[];
  /** What befalls the manager's calls during the storm. */
  readonly faults: FaultPlan;
}

const OUTAGE_MS_MAX = 90_000;
const SILENCE_MS_MAX = 15 * 60_000;

/** Draws a world. */
export function drawWorld(seed: number): RandomWorld {
  const random = createSeededRandom(seed);
  return {
    seed,
    stories: Array.from(
      { length: between(random, 1, 3) },
      (_, index) => drawStory(random.fork(`cluster ${index}`), index + 1),
    ),
    outages: drawOutages(random.fork("outages")),
    faults: createSeededFaults(random.fork("faults"), drawRates(random)),
  };
}

/** From worlds in which no call fails to those in which hardly a watch lasts. */
function drawRates(random: SeededRandom): FaultRates {
  const factor = pick(random, [0, 1, 1, 2.5]);
  const rates = Object.entries(USUAL_FAULT_RATES).map(([name, rate]) => [name, rate * factor]);
  return { ...USUAL_FAULT_RATES, ...Object.fromEntries(rates) };
}

function drawStory(random: SeededRandom, serial: number): Story {
  const plan = drawCluster(random, serial);
  return {
    plan,
    incidents: drawIncidents(random.fork("incidents"), plan),
    silences: chance(random, 0.3) ? [drawSilence(random)] : [],
  };
}

/** One in five lasts for ever. */
function drawSilence(random: SeededRandom): Span {
  const fromMs = stormMoment(random);
  if (chance(random, 0.2)) return { fromMs, toMs: Infinity };
  return { fromMs, toMs: Math.min(STORM_MS, fromMs + between(random, 60_000, SILENCE_MS_MAX)) };
}

/** Half of the managers die right after a write whose answer they never see. */
function drawOutages(random: SeededRandom): readonly Outage[] {
  return Array.from({ length: between(random, 0, 3) }, (): Outage => ({
    atMs: stormMoment(random),
    afterWrites: chance(random, 0.5) ? between(random, 1, 12) : Infinity,
    durationMs: between(random, 1_000, OUTAGE_MS_MAX),
  })).toSorted((one, other) => one.atMs - other.atMs);
}
