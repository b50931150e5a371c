/**
 * A kubelet's `/stats/summary`, as far as volumes are concerned (`kubernetes.md` A2).
 *
 * @module
 */

import * as z from "zod";
import type { FileSystemSample } from "../../../lib/view/volume.ts";
import { REFRESH_MS_MAX, volumeSample } from "../volume_sample.ts";

/** HTTP tells whole seconds, cut off. */
const DATE_RESOLUTION_MS = 1_000;

const count = z.int().nonnegative();

const volumeSchema = z.object({
  time: z.iso.datetime({ offset: true }),
  capacityBytes: count,
  usedBytes: count,
  availableBytes: count,
  inodes: count.optional().catch(undefined),
  inodesFree: count.optional().catch(undefined),
  pvcRef: z.object({ name: z.string(), namespace: z.string() }),
});

const podSchema = z.object({
  podRef: z.object({ uid: z.string(), namespace: z.string() }),
  volume: z.array(z.unknown()).optional(),
});

const summarySchema = z.object({ pods: z.array(z.unknown()) });

type VolumeStats = z.output<typeof volumeSchema>;

/** What a kubelet measured of one volume. */
export interface KubeletReading {
  readonly podUid: string;
  readonly claimName: string;
  readonly sample: FileSystemSample;
  /** How long ago, by the node's own clock. */
  readonly ageMs: number;
}

interface Measured {
  readonly podUid: string;
  readonly stats: VolumeStats;
}

/**
 * The volumes of some pods, by the UIDs of the pods. What cannot be read of a volume is left out: it is unknown.
 *
 * Ages are told by the node's clock alone: the `Date` of the answer, or the newest instant within it, is its present.
 *
 * @throws {TypeError} If the text is no summary.
 */
export function readSummary(
  text: string,
  podUids: ReadonlySet<string>,
  dateHeader: string | null,
): KubeletReading[] {
  const measured = volumesOf(parseSummary(text), podUids);
  const presentMs = presentOf(measured, dateHeader);
  return measured.flatMap(({ podUid, stats }): KubeletReading[] => {
    const sample = volumeSample(stats);
    if (sample === undefined) return [];
    const ageMs = Math.max(0, presentMs - Date.parse(stats.time));
    return [{ podUid, claimName: stats.pvcRef.name, sample, ageMs }];
  });
}

function parseSummary(text: string): readonly unknown[] {
  try {
    return summarySchema.parse(JSON.parse(text)).pods;
  } catch (cause) {
    throw new TypeError("Cannot read the statistics: expected a summary as JSON, found none", {
      cause,
    });
  }
}

/** A claim is of the namespace of its pod; one that is told to be of another is none of the pod's. */
function volumesOf(pods: readonly unknown[], podUids: ReadonlySet<string>): Measured[] {
  return pods.flatMap((candidate) => {
    const pod = podSchema.safeParse(candidate);
    if (!pod.success || !podUids.has(pod.data.podRef.uid)) return [];
    const { podRef, volume = [] } = pod.data;
    return volume.flatMap((item): Measured[] => {
      const stats = volumeSchema.safeParse(item);
      const isOwn = stats.data?.pvcRef.namespace === podRef.namespace;
      return stats.success && isOwn ? [{ podUid: podRef.uid, stats: stats.data }] : [];
    });
  });
}

function presentOf(measured: readonly Measured[], dateHeader: string | null): number {
  const newestMs = Math.max(...measured.map(({ stats }) => Date.parse(stats.time)));
  const dateMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  // Without a date even the newest value may be as old as values become.
  if (Number.isNaN(dateMs)) return newestMs + REFRESH_MS_MAX;
  return Math.max(newestMs, dateMs + DATE_RESOLUTION_MS);
}
