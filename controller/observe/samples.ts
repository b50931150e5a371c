/**
 * The newest sample of every volume, as the agents reported it.
 *
 * A sample belongs to the UID of the pod whose agent took it, and to a role. Names would not do: CNPG reuses
 * the names of instances and claims (`cnpg.md` §2.2), and a sample of the predecessor would pass for one of
 * the successor. A report tells ages; they are turned into instants of the controller's monotonic clock, the
 * only clock that samples are ever compared on (DESIGN §4).
 *
 * @module
 */

import type { Report, VolumeSample } from "../../lib/report/report.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { parseRole, type Role } from "../../lib/view/role.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";

/** What an agent said last about one volume. */
export type SampleReading =
  | { readonly kind: "sample"; readonly sample: FileSystemSample; readonly ageMs: number }
  | { readonly kind: "unreadable"; readonly error: string; readonly ageMs: number };

/** Where the newest samples are read. */
export interface SampleReader {
  /** `monotonicMs`: the present on the monotonic clock. Undefined where nothing was reported. */
  newest(podUid: string, role: Role, monotonicMs: number): SampleReading | undefined;
}

/** Keeps samples. */
export interface SampleStore extends SampleReader {
  /** Takes a report in; `receivedAtMs` is on the monotonic clock. Older samples never replace newer ones. */
  put(podUid: string, report: Report, receivedAtMs: number): void;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
  /** Number of pods with a reading. */
  readonly podCount: number;
}

/**
 * Most pods whose samples are kept; the one not heard of for longest goes first. Pods that are gone are
 * forgotten by their deletion, so this only bounds memory if that is missed (3 000 instances: 1 000 clusters).
 */
export const SAMPLED_PODS_MAX = 20_000;

type StoredReading =
  | { readonly kind: "sample"; readonly sample: FileSystemSample; readonly takenAtMs: number }
  | { readonly kind: "unreadable"; readonly error: string; readonly takenAtMs: number };

/** Creates an empty store. */
export function createSampleStore(podsMax: number = SAMPLED_PODS_MAX): SampleStore {
  const pods = new Map<string, ReadonlyMap<Role, StoredReading>>();

  return {
    put(podUid, report, receivedAtMs): void {
      const merged = new Map(pods.get(podUid));
      for (const [role, reading] of readingsOf(report, receivedAtMs)) {
        const stored = merged.get(role);
        if (stored === undefined || reading.takenAtMs >= stored.takenAtMs) {
          merged.set(role, reading);
        }
      }
      // Deleting first moves the pod to the end of the map: the first one is the one heard of longest ago.
      pods.delete(podUid);
      pods.set(podUid, merged);
      if (pods.size > podsMax) pods.delete(pods.keys().next().value ?? podUid);
    },
    newest(podUid, role, monotonicMs): SampleReading | undefined {
      const stored = pods.get(podUid)?.get(role);
      if (stored === undefined) return undefined;
      const { takenAtMs, ...reading } = stored;
      return { ...reading, ageMs: Math.max(0, monotonicMs - takenAtMs) };
    },
    forget(podUid): void {
      pods.delete(podUid);
    },
    get podCount(): number {
      return pods.size;
    },
  };
}

function readingsOf(report: Report, receivedAtMs: number): [Role, StoredReading][] {
  const samples = report.volumes.flatMap((volume): [Role, StoredReading][] => {
    const role = parseRole(volume.role);
    const takenAtMs = receivedAtMs - volume.ageMs;
    return role ? [[role, { kind: "sample", sample: fileSystemSample(volume), takenAtMs }]] : [];
  });
  const errors = report.unreadable.flatMap(({ role: text, error }): [Role, StoredReading][] => {
    const role = parseRole(text);
    return role ? [[role, { kind: "unreadable", error, takenAtMs: receivedAtMs }]] : [];
  });
  return [...samples, ...errors];
}

function fileSystemSample(volume: VolumeSample): FileSystemSample {
  return {
    totalBytes: bytes(volume.totalBytes),
    usedBytes: bytes(volume.usedBytes),
    availableBytes: bytes(volume.availableBytes),
    inodes: volume.inodesTotal === 0
      ? undefined
      : { total: volume.inodesTotal, available: volume.inodesAvailable },
    deviceBytes: bytes(volume.deviceBytes),
  };
}
