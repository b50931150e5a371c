/**
 * What is known of volumes beyond the present: how they fill up, how long they take to grow, and what was told of
 * them last.
 *
 * @module
 */

import type { Change } from "../../kube/object_cache.ts";
import type { ClusterStorage } from "../../lib/cluster_storage/mod.ts";
import { isReason } from "../../lib/explain/reasons.ts";
import type { AgedSample } from "../../lib/forecast/sample.ts";
import type { HistorySample, Report } from "../../lib/report/report.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Volume } from "../../lib/view/volume.ts";
import { isMountedBy, type RoleClaim } from "./build_volume.ts";
import { createExpansionTimes } from "./expansion_times.ts";
import { createForecasts, type ForecastDependencies } from "./forecasts.ts";
import type { Pictures } from "./pictures.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { PodRecord } from "./project_pod.ts";

/** What a view says of a volume besides its present. */
export type Outlook = Pick<Volume, "forecast" | "expansionTimeMs" | "toldReason">;

/** Looks ahead for the volume of a claim as it was just measured. */
export type LookAhead = (
  claim: RoleClaim,
  measured: Pick<Volume, "fileSystem" | "walHeadroom">,
) => Outlook;

/** Looks ahead, for all clusters. */
export interface Foresight {
  /** For one view: `told` is the cluster's ClusterStorage, if it has one. */
  forView(told: ClusterStorage | undefined, nowMs: Millis): LookAhead;
  /** Takes what an agent remembers, where its report has it. `claims` may be any of the cluster's. */
  takeHistory(pod: PodRecord, claims: readonly ClaimRecord[], report: Report): void;
  /** Whether the agent of an instance should hand over what it remembers. */
  wantsHistory(view: ClusterView, instance: string): boolean;
  claimChanged(change: Change<ClaimRecord>): void;
  eventChanged(): void;
  /** Reads what was kept until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
}

/** Creates foresight that has seen nothing. */
export function createForesight(
  dependencies: ForecastDependencies,
  pictures: () => Pick<Pictures, "events" | "claims">,
): Foresight {
  const forecasts = createForecasts(dependencies);
  const expansionTimes = createExpansionTimes({
    events: () =>
      pictures().events.list().map(({ cluster: { namespace }, event }) => ({ namespace, event })),
    storageClassOf(claim): string | undefined {
      const found = pictures().claims.get(objectKey(claim));
      return found?.uid === claim.uid ? found.storageClassName : undefined;
    },
    monotonicMs: () => dependencies.clock.monotonic(),
  });
  return {
    forView: (told, nowMs) => (claim, { fileSystem, walHeadroom }) => {
      const { namespace, uid: claimUid, name: claimName, storageClassName } = claim;
      const volume = { claimUid, namespace, claimName, fileSystem, walHeadroom };
      return {
        forecast: forecasts.follow(volume, nowMs),
        expansionTimeMs: storageClassName === undefined
          ? undefined
          : expansionTimes.usual(storageClassName),
        toldReason: toldReasonOf(claim, told),
      };
    },
    takeHistory(pod, claims, { history }): void {
      if (history === undefined) return;
      for (const claim of claims.filter((claim) => isMountedBy(claim, pod))) {
        forecasts.supply(claim.uid, agedSamples(history, claim));
      }
    },
    wantsHistory: ({ volumes }, instance) =>
      volumes
        .filter((volume) => volume.instance === instance)
        .map(({ claim }) => forecasts.wantsHistory(claim.uid))
        .includes(true),
    claimChanged(change): void {
      if (change.kind === "added") expansionTimes.invalidate();
      if (change.kind === "deleted" || change.kind === "replaced") {
        forecasts.forget(change.previous.uid);
      }
    },
    eventChanged: expansionTimes.invalidate,
    run: forecasts.run,
  };
}

function toldReasonOf(
  { instance, role }: RoleClaim,
  told: ClusterStorage | undefined,
): Volume["toldReason"] {
  const reason = told?.status.volumes?.find((volume) =>
    volume.instance === instance && volume.role === role
  )?.reason;
  return reason !== undefined && isReason(reason) ? reason : undefined;
}

/** What is used, free blocks aside; agents tell nothing of recycled WAL in what they remember. */
function agedSamples(history: readonly HistorySample[], { role }: ClaimRecord): AgedSample[] {
  return history
    .filter((sample) => sample.role === role)
    .map(({ ageMs, usedBytes }): AgedSample => ({
      ageMs: millis(ageMs),
      sample: { kind: "known", usedBytes: bytes(usedBytes), basis: "blocks" },
    }))
    .sort((first, second) => second.ageMs - first.ageMs);
}
