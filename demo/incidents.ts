/**
 * What befalls the clusters: the one table to add an incident to.
 *
 * Each is told within some eight minutes of the story.
 *
 * @module
 */

import { GIBIBYTE, MEBIBYTE } from "../lib/units/bytes.ts";
import { HOUR, MINUTE, SECOND } from "../lib/units/millis.ts";
import type { Scenario } from "../sim/mod.ts";
import {
  breakArchive,
  fillPrimary,
  growing,
  refuseUntil,
  stopWritingAt,
  VOLUME_BYTES,
} from "./plays.ts";

/** A story, and where it is played. */
export interface Incident {
  readonly namespace: string;
  readonly name: string;
  readonly scenario: Scenario;
  /** What has to be so in the end besides what the scenario expects. */
  readonly twist?: Twist | undefined;
  /** For so long before the story the volumes have filled as they do now, and the manager has kept it. */
  readonly pastMs?: number | undefined;
}

/** What is special about a story. */
export type Twist =
  /** The trouble's cause goes away during the story: the volumes of this role have to empty again. */
  | { readonly kind: "empties"; readonly role: "data" | "wal" }
  /** The manager finds it frozen for want of space: it has to run again. */
  | { readonly kind: "rescued" }
  /** More is asked for before the pressure reaches the threshold for expansion. */
  | { readonly kind: "foreseen" }
  /** The circuit breaker opens, nothing is tried while it is open, and it closes. */
  | { readonly kind: "breaker" };

/** Users who see no growth stop here, above `expansion` and below `emergency`. */
const STOP_BYTES = 8.55 * GIBIBYTE;

/** All incidents. */
export const INCIDENTS: readonly Incident[] = [
  {
    namespace: "shop",
    name: "orders",
    scenario: {
      name: "growth",
      incident: "tables grow steadily",
      cluster: growing(7, 8),
      policy: {},
      play: stopWritingAt(9.5 * GIBIBYTE),
      durationMs: 8 * MINUTE,
      expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
    },
  },
  {
    namespace: "billing",
    name: "payments",
    scenario: {
      name: "archive-down",
      incident: "archiving fails",
      cluster: {
        dataBytes: VOLUME_BYTES,
        walBytes: 4 * GIBIBYTE,
        workload: { walBytesPerSecond: 12 * MEBIBYTE, dataBytesPerSecond: 0 },
      },
      policy: {},
      play: breakArchive,
      durationMs: 14 * MINUTE,
      expected: { outcome: "grown", role: "wal", atLeastBytes: 9 * GIBIBYTE },
    },
    twist: { kind: "empties", role: "wal" },
  },
  {
    namespace: "support",
    name: "tickets",
    scenario: {
      name: "full-already",
      incident: "full before the manager comes",
      cluster: { dataBytes: VOLUME_BYTES },
      policy: {},
      play: fillPrimary,
      durationMs: 8 * MINUTE,
      expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
    },
    twist: { kind: "rescued" },
  },
  {
    namespace: "iot",
    name: "telemetry",
    scenario: {
      name: "foreseen",
      incident: "going to be full in half an hour",
      cluster: growing(6.9, 1.5),
      policy: { thresholds: { timeToFull: "30m" } },
      play: stopWritingAt(7.6 * GIBIBYTE),
      durationMs: 8 * MINUTE,
      expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
    },
    twist: { kind: "foreseen" },
    pastMs: HOUR,
  },
  {
    namespace: "analytics",
    name: "reports",
    scenario: {
      name: "fixed-class",
      incident: "the StorageClass cannot expand",
      cluster: growing(7.2, 6),
      policy: {},
      storage: { allowVolumeExpansion: false },
      play: stopWritingAt(STOP_BYTES),
      durationMs: 8 * MINUTE,
      expected: { outcome: "told", role: "data", reason: "StorageClassFixed" },
    },
  },
  {
    namespace: "crm",
    name: "customers",
    scenario: {
      name: "infeasible",
      incident: "the provider refuses more than 12 GiB",
      cluster: growing(7.6, 4),
      policy: {},
      storage: { behaviour: { infeasibleAboveBytes: 12 * GIBIBYTE } },
      play: stopWritingAt(STOP_BYTES),
      durationMs: 8 * MINUTE,
      expected: { outcome: "failed", role: "data", reason: "ResizeInfeasible" },
    },
  },
  {
    namespace: "media",
    name: "uploads",
    scenario: {
      name: "breaker",
      incident: "the provider has no room for a while",
      cluster: { ...growing(7.8, 8), instances: 1 },
      policy: {
        expansion: { cooldownMinutes: 0 },
        circuitBreaker: { maxFailures: 2, resetMinutes: 1 },
      },
      play: refuseUntil(160 * SECOND, stopWritingAt(STOP_BYTES)),
      durationMs: 8 * MINUTE,
      expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
    },
    twist: { kind: "breaker" },
  },
  {
    namespace: "staging",
    name: "ledger",
    scenario: {
      name: "dry-run",
      incident: "its policy only records",
      cluster: growing(7.4, 6),
      policy: { dryRun: true },
      play: stopWritingAt(STOP_BYTES),
      durationMs: 8 * MINUTE,
      expected: { outcome: "recorded", role: "data" },
    },
  },
  {
    namespace: "shop",
    name: "catalog",
    scenario: {
      name: "idle",
      incident: "nothing happens",
      cluster: { dataBytes: VOLUME_BYTES },
      policy: {},
      durationMs: 8 * MINUTE,
      expected: { outcome: "untouched" },
    },
  },
];

/** `count` incidents: each once, then again under names of their own. */
export function castIncidents(count: number = INCIDENTS.length): Incident[] {
  return Array.from(
    { length: Math.ceil(count / INCIDENTS.length) },
    (_, round) =>
      INCIDENTS.map((incident) => ({
        ...incident,
        name: round === 0 ? incident.name : `${incident.name}-${round + 1}`,
      })),
  ).flat().slice(0, count);
}
