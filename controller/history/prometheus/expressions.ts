/**
 * Expressions for what kubelets told Prometheus of volumes.
 *
 * @module
 */

import type { PastVolume } from "../history.ts";

/** Which series are meant (`sources.prometheus` of the configuration). */
export interface SeriesSelection {
  /** Label that holds the namespace of a claim. */
  readonly namespaceLabel: string;
  /** More matchers of labels, without braces; empty for none. */
  readonly matchers: string;
}

/** The label of the claim's name. */
export const CLAIM_LABEL = "persistentvolumeclaim";

/** How far the samples lie apart from which an hour is aggregated. */
const SUBQUERY_STEP = "2m";

/**
 * What is used, as the agent's samples count it: all that is not available, blocks reserved for root included,
 * which `kubelet_volume_stats_used_bytes` leaves out. One series for each claim, on whatever node it is; where
 * several speak of one at the same time nobody knows which one is meant, and none does.
 */
export function usedExpression(
  volumes: readonly PastVolume[],
  { namespaceLabel, matchers }: SeriesSelection,
): string {
  const labels = `${namespaceLabel}, ${CLAIM_LABEL}`;
  const used = [...Map.groupBy(volumes, ({ namespace }) => namespace)].map(
    ([namespace, ofNamespace]) => {
      const claims = ofNamespace.map(({ claimName }) => pattern(claimName)).join("|");
      const selector = [
        `${namespaceLabel}=${quoted(namespace)}`,
        `${CLAIM_LABEL}=~${quoted(claims)}`,
        ...matchers === "" ? [] : [matchers.replace(/,$/, "")],
      ].join(",");
      const capacity = `kubelet_volume_stats_capacity_bytes{${selector}}`;
      const available = `kubelet_volume_stats_available_bytes{${selector}}`;
      return `(max by (${labels}) (${capacity}) - max by (${labels}) (${available})` +
        ` unless count by (${labels}) (${available}) > 1)`;
    },
  );
  return used.join(" or ");
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
