/**
 * A view's volumes as metrics show them.
 *
 * @module
 */

import { driverFacts } from "../../lib/expansion/drivers.ts";
import { requestTimes } from "../../lib/expansion/history.ts";
import type { Forecast } from "../../lib/forecast/forecast.ts";
import { pressureOf, usedPercentOf } from "../../lib/threshold/pressure.ts";
import { after } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Volume, WalDirectory } from "../../lib/view/volume.ts";
import type { ForecastMeasure, VolumeMeasure, WalMeasure } from "../serve/volume_measure.ts";

/** One measure a volume; what is unknown is absent, never zero. */
export function measureVolumes(view: ClusterView): VolumeMeasure[] {
  return view.volumes.map((volume): VolumeMeasure => {
    const { forecast, walDirectory, fileSystem, instance, walHeadroom } = volume;
    const known = {
      pvc: volume.claim.name,
      instance,
      forecast: forecast && forecastMeasure(forecast),
      budgetLeft: budgetLeft(volume, view),
      wal: walDirectory && walMeasure(walDirectory),
    };
    if (fileSystem.kind === "unknown") return known;
    const { value, source, observedAtMs } = fileSystem;
    return {
      ...known,
      usedBytes: value.usedBytes,
      capacityBytes: value.totalBytes,
      usedPercent: usedPercentOf(value),
      pressurePercent: pressureOf(value, walHeadroom),
      sample: { source, ageMs: Math.max(0, view.nowMs - observedAtMs) },
    };
  });
}

function forecastMeasure({ timeToFull }: Forecast): ForecastMeasure {
  if (timeToFull.kind !== "known") return { confidence: timeToFull.kind };
  const { confidence, timeToFullMs } = timeToFull;
  return { confidence, timeToFullMs };
}

/** Segments are of one size: those that wait hold their share of the directory. */
function walMeasure({ sizeBytes, files, archivingLagMs, readyFiles }: WalDirectory): WalMeasure {
  const heldByArchiveBytes = readyFiles === undefined || files === 0
    ? undefined
    : Math.round(sizeBytes * Math.min(readyFiles / files, 1));
  return { sizeBytes, files, archivingLagMs, heldByArchiveBytes };
}

/** Changes that the provider still allows now; undefined where it is not known to count them. */
function budgetLeft(
  { storageClass, claim }: Volume,
  { events, nowMs }: ClusterView,
): number | undefined {
  if (storageClass.kind === "unknown") return undefined;
  const { budget } = driverFacts(storageClass.provisioner);
  if (budget === undefined) return undefined;
  const spent = requestTimes(claim.uid, events).filter((time) => after(time, budget.perMs) > nowMs);
  return Math.max(0, budget.changes - spent.length);
}
