/**
 * What the manager has kept from the time before the story.
 *
 * @module
 */

import type { History, PastVolume, VolumePast } from "../../controller/history/history.ts";
import type { AgedSample } from "../../lib/forecast/sample.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { millis, SECOND } from "../../lib/units/millis.ts";
import type { SimulatedCluster } from "../../sim/mod.ts";
import type { Incident } from "../incidents.ts";

/** A history keeps a sample of each volume every 30 seconds (DESIGN §8). */
const SAMPLE_MS = 30 * SECOND;

/** Who has a past. */
interface Past {
  readonly incident: Pick<Incident, "pastMs">;
  readonly cluster: SimulatedCluster;
}

/**
 * A history of a time that was not simulated: volumes filled as evenly before the story as they do in it. Nothing
 * is added to it, because the manager reads it once.
 */
export function createToldPast(clusters: readonly Past[]): History {
  return {
    record(): void {},
    read: (volumes) =>
      Promise.resolve(
        new Map(volumes.flatMap((volume): [string, VolumePast][] => {
          const samples = samplesOf(volume, clusters);
          return samples.length === 0 ? [] : [[volume.claimUid, { aggregates: [], samples }]];
        })),
      ),
    forget(): void {},
    state: () => ({ kind: "kept" }),
    close: () => Promise.resolve(),
  };
}

/** Oldest first. */
function samplesOf(
  { namespace, claimName }: PastVolume,
  clusters: readonly Past[],
): readonly AgedSample[] {
  for (const { incident: { pastMs = 0 }, cluster } of clusters) {
    if (cluster.namespace !== namespace) continue;
    const volume = cluster.instances
      .flatMap((instance) => instance.volumes)
      .find((candidate) => candidate.claimName === claimName);
    if (volume === undefined) continue;
    const { usedBytes } = volume.fileSystem;
    const { dataBytesPerSecond } = cluster.workload;
    const count = Math.floor(pastMs / SAMPLE_MS);
    return Array.from({ length: count }, (_, index): AgedSample => {
      const ageMs = millis((count - index) * SAMPLE_MS);
      const before = Math.floor(usedBytes - dataBytesPerSecond * ageMs / SECOND);
      const taken = bytes(Math.max(0, before));
      return { ageMs, sample: { kind: "known", usedBytes: taken, basis: "blocks" } };
    });
  }
  return [];
}
