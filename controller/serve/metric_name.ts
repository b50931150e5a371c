/**
 * The prefix of every metric (PRD Prometheus Metrics Specification).
 *
 * @module
 */

/** Name of a metric of ours. */
export function metricName(name: string): string {
  return `cnpg_storage_manager_${name}`;
}

/** Prometheus counts time in seconds. */
export function secondsOf(durationMs: number): number {
  return durationMs / 1_000;
}
