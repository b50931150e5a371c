/**
 * Metrics of how the controller is doing at the moment of a scrape: its watches, its queues, its requests and
 * its history.
 *
 * @module
 */

import { type Family, formatFamily, labelText, type Series } from "./exposition.ts";
import { secondsOf } from "./metric_name.ts";

/** How good the picture of one resource is. */
export interface WatchHealth {
  /** Plural of the resource. */
  readonly resource: string;
  /** Whether it is complete and was heard of lately. */
  readonly synced: boolean;
  /** Absent: it was never heard of. */
  readonly silentForMs?: number | undefined;
  /** Whole states that were taken. */
  readonly relists: number;
  /** Failures after which the server was asked again. */
  readonly failures: number;
  /** Objects whose latest state cannot be read. */
  readonly unreadable: number;
}

/** What one queue of work is busy with. */
export interface QueueHealth {
  readonly queue: string;
  readonly ready: number;
  readonly running: number;
  readonly waiting: number;
  readonly failing: number;
  /** How long the news that waits for longest has waited; 0 where none waits. */
  readonly oldestMs: number;
}

/** What one lane of requests to the API server is busy with. */
export interface LaneHealth {
  readonly lane: string;
  readonly inFlight: number;
  readonly queued: number;
}

/** Whether the past of volumes is kept. */
export type HistoryHealth = "kept" | "off" | "unavailable";

/** Everything of the moment. */
export interface RuntimeHealth {
  readonly watches: readonly WatchHealth[];
  readonly queues: readonly QueueHealth[];
  readonly lanes: readonly LaneHealth[];
  /** Absent: nobody was asked. */
  readonly history?: HistoryHealth | undefined;
}

const HISTORY_STATES: readonly HistoryHealth[] = ["kept", "off", "unavailable"];

/** Keys of a queue by what they wait for. */
const KEY_STATES = ["ready", "running", "waiting", "failing"] as const;

interface RuntimeFamily extends Family {
  readonly series: (health: RuntimeHealth) => Series[];
}

const FAMILIES: readonly RuntimeFamily[] = [
  watch(
    "reflector_synced",
    "Whether the cache of the resource is complete and was heard of lately: 1 if so.",
    "gauge",
    ({ synced }) => synced ? 1 : 0,
  ),
  watch(
    "reflector_silent_seconds",
    "Time since anything was heard of the resource.",
    "gauge",
    ({ silentForMs }) => silentForMs === undefined ? undefined : secondsOf(silentForMs),
  ),
  watch(
    "reflector_relists_total",
    "Whole states of the resource that were taken.",
    "counter",
    ({ relists }) => relists,
  ),
  watch(
    "reflector_failures_total",
    "Failures of lists and watches of the resource.",
    "counter",
    ({ failures }) => failures,
  ),
  watch(
    "unreadable_objects",
    "Objects of the resource whose latest state cannot be read.",
    "gauge",
    ({ unreadable }) => unreadable,
  ),
  {
    name: "queue_keys",
    help: "Keys in a queue of work: ready for a free place, running, waiting for a time, failing.",
    type: "gauge",
    series: ({ queues }) =>
      queues.flatMap((health) =>
        KEY_STATES.map((state): Series => [
          labelText({ queue: health.queue, state }),
          health[state],
        ])
      ),
  },
  {
    name: "queue_oldest_seconds",
    help: "How long the news that waits for longest has waited; 0 where none waits.",
    type: "gauge",
    series: ({ queues }) =>
      queues.map(({ queue, oldestMs }): Series => [labelText({ queue }), secondsOf(oldestMs)]),
  },
  {
    name: "api_lane_queued",
    help: "Requests to the API server that wait for their turn.",
    type: "gauge",
    series: ({ lanes }) => lanes.map(({ lane, queued }): Series => [labelText({ lane }), queued]),
  },
  {
    name: "api_lane_in_flight",
    help: "Requests to the API server under way.",
    type: "gauge",
    series: ({ lanes }) =>
      lanes.map(({ lane, inFlight }): Series => [labelText({ lane }), inFlight]),
  },
  {
    name: "history_state",
    help: "1 for what becomes of the past of volumes: it is kept, off, or unavailable.",
    type: "gauge",
    series: ({ history }) =>
      history === undefined
        ? []
        : HISTORY_STATES.map((state): Series => [labelText({ state }), state === history ? 1 : 0]),
  },
];

/** The families as text. */
export function formatRuntime(health: RuntimeHealth): string {
  return FAMILIES.map((family) => formatFamily(family, family.series(health))).join("");
}

function watch(
  name: string,
  help: string,
  type: Family["type"],
  value: (health: WatchHealth) => number | undefined,
): RuntimeFamily {
  return {
    name,
    help,
    type,
    series: ({ watches }) =>
      watches.flatMap((health): Series[] => {
        const found = value(health);
        return found === undefined ? [] : [[labelText({ resource: health.resource }), found]];
      }),
  };
}
