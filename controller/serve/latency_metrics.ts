/**
 * Metrics of what must be fast: decisions, and the start of requests to the API server.
 *
 * @module
 */

import type { LimitedLane } from "../../kube/limiter.ts";
import { metricName, secondsOf } from "./metric_name.ts";
import { Histogram, type Registry } from "./prom_client/mod.ts";

/** Around the budget of 100 µs (DESIGN §11). */
const DECIDE_SECONDS = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.01, 0.1];

/** Most requests do not wait at all; the longest wait is a minute. */
const WAIT_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30];

/** Writes metrics of latencies. */
export interface LatencyMetrics {
  /** A decision about one cluster was made. */
  decisionMade(durationMs: number): void;
  /** A request to the API server may start, after it waited so long for its turn. */
  laneWaited(lane: LimitedLane, waitedMs: number): void;
}

/** Registers the metrics. */
export function registerLatencyMetrics(registry: Registry): LatencyMetrics {
  const decisions = new Histogram({
    name: metricName("decide_duration_seconds"),
    help: "Time that the decision about one cluster took, without reading and writing.",
    buckets: DECIDE_SECONDS,
    registers: [registry],
  });
  const waits = new Histogram({
    name: metricName("api_lane_wait_seconds"),
    help: "Time that a request to the API server waited for its turn.",
    labelNames: ["lane"],
    buckets: WAIT_SECONDS,
    registers: [registry],
  });
  return {
    decisionMade: (durationMs) => decisions.observe(secondsOf(durationMs)),
    laneWaited: (lane, waitedMs) => waits.observe({ lane }, secondsOf(waitedMs)),
  };
}
