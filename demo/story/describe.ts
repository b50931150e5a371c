/**
 * Evidence as the scene shows it, and as the result tells it.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { ApiServer } from "../../sim/mod.ts";
import type { Incident } from "../incidents.ts";
import type { ClusterResult, Outcome, SceneCluster, SceneVolume } from "../scene.ts";
import type { Evidence } from "./evidence.ts";
import { isGrowth, requestedBytes } from "./requested_bytes.ts";

/** A cluster's story as far as it has come. */
export interface Chapter {
  readonly incident: Incident;
  readonly evidence: Evidence;
  readonly outcome: Outcome;
  /** When it succeeded, on the story's clock. */
  readonly resolvedAtMs?: number | undefined;
}

/** The outcome of a story that somebody ended. */
export const UNFINISHED = "Ended before its story was over";

/** Shows a cluster. */
export function sceneCluster(
  { incident, evidence, outcome }: Chapter,
  server: Pick<ApiServer, "find">,
): SceneCluster {
  const { namespace, name, scenario } = incident;
  const { phase, level, says, cluster } = evidence;
  return {
    namespace,
    name,
    incident: scenario.incident,
    phase,
    level,
    says,
    volumes: cluster.instances.flatMap((instance) =>
      instance.volumes.map(({ role, claimName, fileSystem }): SceneVolume => {
        const claim = server.find(PERSISTENT_VOLUME_CLAIM, { namespace, name: claimName });
        const wantedBytes = claim === undefined ? 0 : requestedBytes(claim);
        const { deviceBytes: sizeBytes, usedBytes, availableBytes } = fileSystem;
        return {
          instance: instance.name,
          role,
          usedBytes,
          availableBytes,
          sizeBytes,
          requestedBytes: isGrowth(sizeBytes, wantedBytes) ? wantedBytes : undefined,
        };
      })
    ),
    outcome,
  };
}

/** Tells how a cluster ended; durations count from the crossing of its threshold. */
export function clusterResult(
  { incident, evidence, outcome, resolvedAtMs }: Chapter,
): ClusterResult {
  const { namespace, name, scenario } = incident;
  const { troubleAtMs, detectedAtMs, requestedAtMs } = evidence;
  function since(atMs: number | undefined): number | null {
    return troubleAtMs === undefined || atMs === undefined ? null : Math.max(0, atMs - troubleAtMs);
  }
  return {
    namespace,
    name,
    incident: scenario.incident,
    outcome: outcome.kind === "pending" ? UNFINISHED : outcome.summary,
    ok: outcome.kind === "succeeded",
    detectedMs: since(detectedAtMs),
    requestedMs: since(requestedAtMs),
    resolvedMs: since(resolvedAtMs),
  };
}
