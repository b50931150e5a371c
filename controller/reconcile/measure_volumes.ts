/**
 * A view's volumes as metrics show them.
 *
 * @module
 */

import { pressureOf, usedPercentOf } from "../../lib/threshold/pressure.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { knownFileSystem } from "../../lib/view/select.ts";
import type { VolumeMeasure } from "../serve/volume_metrics.ts";

/** One measure a volume; what is unknown is absent, never zero. */
export function measureVolumes(view: ClusterView): VolumeMeasure[] {
  return view.volumes.map((volume): VolumeMeasure => {
    const identity = { pvc: volume.claim.name, instance: volume.instance };
    const sample = knownFileSystem(volume);
    if (sample === undefined) return identity;
    return {
      ...identity,
      usedBytes: sample.usedBytes,
      capacityBytes: sample.totalBytes,
      usedPercent: usedPercentOf(sample),
      pressurePercent: pressureOf(sample, volume.walHeadroom),
    };
  });
}
