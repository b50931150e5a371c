/**
 * Expressions for what kubelets told Prometheus of volumes.
 *
 * @module
 */

import type { PastVolume } from "../history.ts";

/** The labels by which a series is known to be that of a claim. */
export const CLAIM_LABELS = ["namespace", "persistentvolumeclaim"] as const;

/** How far the samples lie apart from which an hour is aggregated. */
const SUBQUERY_STEP = "2m";

/**
 * What is used, as the agent's samples count it: all that is not available, blocks reserved for root included,
 * which `kubelet_volume_stats_used_bytes` leaves out. One series for each claim, whoever scraped it and on
 * whatever node it is.
 */
export function usedExpression(volumes: readonly PastVolume[]): string {
  const selectors = [...Map.groupBy(volumes, ({ namespace }) => namespace)].map(
    ([namespace, ofNamespace]) => {
      const claims = ofNamespace.map(({ claimName }) => pattern(claimName)).join("|");
      const matchers = `{namespace=${quoted(namespace)},persistentvolumeclaim=~${quoted(claims)}}`;
      const [capacity, available] = ["capacity", "available"].map((what) =>
        `max by (${CLAIM_LABELS.join(", ")}) (kubelet_volume_stats_${what}_bytes${matchers})`
      );
      return `(${capacity} - ${available})`;
    },
  );
  return selectors.join(" or ");
}

/** What a function over time makes of the hour that ends at each instant. */
export function hourlyExpression(overTime: HourlyFunction, expression: string): string {
  return `${overTime}_over_time((${expression})[1h:${SUBQUERY_STEP}])`;
}

/** Functions of Prometheus that aggregate over time. */
export type HourlyFunction = "min" | "max" | "last" | "count";

/** Names of claims are DNS subdomains: a dot is all that means something else in a pattern. */
function pattern(name: string): string {
  return name.replaceAll(".", "\\.");
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
