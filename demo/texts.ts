/**
 * What is printed around the story.
 *
 * @module
 */

import { formatDuration } from "../lib/units/format.ts";
import { millis, SECOND } from "../lib/units/millis.ts";
import type { ClusterResult, DemoResult } from "./scene.ts";
import type { Stage } from "./stage/open_stage.ts";
import { UNFINISHED } from "./story/describe.ts";
import type { Paint } from "./view/paint.ts";

/** How to look around from another terminal. */
export function invitation(
  { kubeconfigFile, metricsUrl, logFile }: Pick<Stage, "kubeconfigFile" | "metricsUrl" | "logFile">,
): string[] {
  return [
    "In another terminal, while it runs:",
    `  export KUBECONFIG=${kubeconfigFile}`,
    "  kubectl get storagepolicies,storageevents,clusterstorage -A",
    "  kubectl get clusterstorage -A --watch",
    "  kubectl cnpg-storage status  # once `deno task plugin:install` has installed it",
    "  kubectl annotate cluster -n shop orders storage.cnpg.supporttools.io/paused=true",
    `  curl ${metricsUrl}`,
    `  tail -f ${logFile}`,
  ];
}

/** The most of it, for the foot of a screen of 80 columns. */
export function shortInvitation(
  { kubeconfigFile, metricsUrl }: Pick<Stage, "kubeconfigFile" | "metricsUrl">,
): string[] {
  return [
    `export KUBECONFIG=${kubeconfigFile}`,
    `kubectl get clusterstorage -A · curl ${metricsUrl.replace("http://", "")} · Ctrl-C ends it`,
  ];
}

/** How all stories ended. */
export function summary({ clusters }: DemoResult, paint: Paint): string[] {
  const lines = clusters.flatMap((cluster) => summaryOf(cluster, paint));
  return ["", ...lines, "", verdictOn(clusters, paint)];
}

function verdictOn(clusters: readonly ClusterResult[], paint: Paint): string {
  const unfinished = clusters.filter(isUnfinished).length;
  const failed = clusters.filter(({ ok }) => !ok).length - unfinished;
  if (failed > 0) {
    const text = `${failed} of ${clusters.length} clusters ended otherwise than they should.`;
    return paint("red", text);
  }
  return unfinished > 0
    ? `Ended before ${unfinished} of ${clusters.length} stories were over.`
    : paint("green", `${clusters.length} of ${clusters.length} clusters ended as they should.`);
}

function summaryOf(cluster: ClusterResult, paint: Paint): string[] {
  const { namespace, name, incident, outcome } = cluster;
  const times = [
    timeText("noticed", cluster.detectedMs),
    timeText("asked", cluster.requestedMs),
    timeText("over", cluster.resolvedMs),
  ].filter((text) => text !== undefined);
  return [
    `${markOf(cluster, paint)} ${paint("bold", `${namespace}/${name}`)}: ${incident}`,
    `    ${outcome}`,
    ...(times.length === 0 ? [] : [paint("gray", `    ${times.join(", ")}`)]),
  ];
}

function markOf(cluster: ClusterResult, paint: Paint): string {
  if (cluster.ok) return paint("green", "✓");
  return isUnfinished(cluster) ? paint("cyan", "›") : paint("red", "✗");
}

function isUnfinished({ ok, outcome }: ClusterResult): boolean {
  return !ok && outcome === UNFINISHED;
}

/** Whole seconds: the world moves by them. */
function timeText(what: string, durationMs: number | null): string | undefined {
  if (durationMs === null) return undefined;
  return `${what} after ${formatDuration(millis(Math.ceil(durationMs / SECOND) * SECOND))}`;
}
