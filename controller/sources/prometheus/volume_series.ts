/**
 * The series that kubelets tell of volumes, put together by claim.
 *
 * @module
 */

import type { FileSystemSample } from "../../../lib/view/volume.ts";
import { REFRESH_MS_MAX, volumeSample } from "../volume_sample.ts";
import type { PrometheusSample } from "./answer.ts";

/** Metrics of kubelets by what they measure (`kubernetes.md` A2). */
const METRICS = {
  capacityBytes: "kubelet_volume_stats_capacity_bytes",
  usedBytes: "kubelet_volume_stats_used_bytes",
  availableBytes: "kubelet_volume_stats_available_bytes",
  inodes: "kubelet_volume_stats_inodes",
  inodesFree: "kubelet_volume_stats_inodes_free",
} as const;

/** Names beyond this number make a selector that is longer than it saves. */
const NAMESPACES_MAX = 200;

/** Which series are meant. */
export interface SeriesSelection {
  /** Label that holds the namespace of a claim. */
  readonly namespaceLabel: string;
  /** More matchers; empty for none. */
  readonly matchers: string;
  readonly namespaces: ReadonlySet<string>;
}

/** Expressions for the values, and for the instants at which they were collected. */
export interface SeriesQueries {
  readonly values: string;
  readonly collected: string;
}

/** What Prometheus knows of one claim. */
export interface ClaimSeries {
  readonly sample: FileSystemSample;
  /** How long ago it was measured, at most. */
  readonly ageMs: number;
}

/** What Prometheus knows of all claims. */
export interface ReadSeries {
  /** By `NAMESPACE/CLAIM`. */
  readonly claims: ReadonlyMap<string, ClaimSeries>;
  /** Claims of which there is more than one series: nobody knows which one is meant. */
  readonly ambiguous: readonly string[];
}

/** The two queries, each for all clusters at once. */
export function seriesQueries(selection: SeriesSelection): SeriesQueries {
  const { namespaceLabel, matchers, namespaces } = selection;
  const within = namespaces.size > NAMESPACES_MAX
    ? ""
    : `${namespaceLabel}=~"${[...namespaces].sort().join("|")}"`;
  const common = [within, matchers.replace(/,$/, "")].filter((text) => text !== "");
  const names = Object.values(METRICS).join("|");
  return {
    values: `{${[`__name__=~"${names}"`, ...common].join(",")}}`,
    collected: `timestamp(${METRICS.availableBytes}{${common.join(",")}})`,
  };
}

/**
 * Puts the answers together. Prometheus tells when it collected a value; the kubelet may have measured it as long
 * before as it keeps values.
 */
export function readSeries(
  values: readonly PrometheusSample[],
  collected: readonly PrometheusSample[],
  namespaceLabel: string,
): ReadSeries {
  const ages = byClaim(collected, namespaceLabel);
  const claims = new Map<string, ClaimSeries>();
  const ambiguous: string[] = [];
  for (const [key, series] of byClaim(values, namespaceLabel)) {
    const [instant, ...others] = ages.get(key) ?? [];
    if (others.length > 0 || new Set(series.map(nameOf)).size < series.length) {
      ambiguous.push(key);
      continue;
    }
    const sample = sampleOf(series);
    if (sample === undefined || instant === undefined || !(instant.value > 0)) continue;
    // Seconds on Prometheus' clock, both of them.
    const collectedMs = instant.atMs - instant.value * 1_000;
    claims.set(key, { sample, ageMs: Math.max(0, collectedMs) + REFRESH_MS_MAX });
  }
  return { claims, ambiguous };
}

function byClaim(
  samples: readonly PrometheusSample[],
  namespaceLabel: string,
): Map<string, PrometheusSample[]> {
  return Map.groupBy(
    samples,
    ({ labels }) => `${labels[namespaceLabel] ?? ""}/${labels["persistentvolumeclaim"] ?? ""}`,
  );
}

function nameOf({ labels }: PrometheusSample): string {
  return labels["__name__"] ?? "";
}

function sampleOf(series: readonly PrometheusSample[]): FileSystemSample | undefined {
  function valueOf(name: string): number | undefined {
    return series.find((one) => nameOf(one) === name)?.value;
  }
  const capacityBytes = valueOf(METRICS.capacityBytes);
  const usedBytes = valueOf(METRICS.usedBytes);
  const availableBytes = valueOf(METRICS.availableBytes);
  if (capacityBytes === undefined || usedBytes === undefined || availableBytes === undefined) {
    return undefined;
  }
  const inodes = countOf(valueOf(METRICS.inodes));
  const inodesFree = countOf(valueOf(METRICS.inodesFree));
  return volumeSample({ capacityBytes, usedBytes, availableBytes, inodes, inodesFree });
}

function countOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
