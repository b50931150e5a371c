/**
 * The newest sample of every volume, source by source.
 *
 * A sample belongs to the UID of the pod that mounts the volume, and to a role. Names would not do: CNPG reuses
 * the names of instances and claims (`cnpg.md` §2.2), and a sample of the predecessor would pass for one of
 * the successor. A report tells ages; they are turned into instants of the controller's monotonic clock, the
 * only clock that samples are ever compared on (DESIGN §4).
 *
 * @module
 */

import type { Report, VolumeSample } from "../../lib/report/report.ts";
import { bytes } from "../../lib/units/bytes.ts";
import type { Source } from "../../lib/view/observation.ts";
import { parseRole, type Role } from "../../lib/view/role.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";

/** What a source said last about one volume. */
export type SampleReading =
  | { readonly kind: "sample"; readonly sample: FileSystemSample; readonly ageMs: number }
  | { readonly kind: "unreadable"; readonly error: string; readonly ageMs: number };

/** Where the newest samples are read. */
export interface SampleReader {
  /** `monotonicMs`: the present on the monotonic clock. Undefined where that source said nothing. */
  newest(
    podUid: string,
    role: Role,
    monotonicMs: number,
    source?: Source,
  ): SampleReading | undefined;
}

/** Keeps samples. */
export interface SampleStore extends SampleReader {
  /** Takes a report in; `receivedAtMs` is on the monotonic clock. Older samples never replace newer ones. */
  put(podUid: string, report: Report, receivedAtMs: number): void;
  /** Takes in what another source measured; `takenAtMs` is on the monotonic clock. */
  putSample(source: Source, podUid: string, role: Role, sample: TakenSample): void;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
  /** Number of pods whose agents reported. */
  readonly podCount: number;
}

/**
 * Most pods whose samples are kept; the one not heard of for longest goes first. Pods that are gone are
 * forgotten by their deletion, so this only bounds memory if that is missed (3 000 instances: 1 000 clusters).
 */
export const SAMPLED_PODS_MAX = 20_000;

/** A sample with the instant of the monotonic clock at which it was taken. */
export interface TakenSample {
  readonly sample: FileSystemSample;
  readonly takenAtMs: number;
}

type StoredReading =
  | ({ readonly kind: "sample" } & TakenSample)
  | { readonly kind: "unreadable"; readonly error: string; readonly takenAtMs: number };

type Pods = Map<string, ReadonlyMap<Role, StoredReading>>;

/** Creates an empty store. */
export function createSampleStore(podsMax: number = SAMPLED_PODS_MAX): SampleStore {
  const sources: Readonly<Record<Source, Pods>> = {
    agent: new Map(),
    kubelet: new Map(),
    prometheus: new Map(),
  };

  return {
    put: (podUid, report, receivedAtMs) =>
      merge(sources.agent, podUid, readingsOf(report, receivedAtMs), podsMax),
    putSample: (source, podUid, role, sample) =>
      merge(sources[source], podUid, [[role, { kind: "sample", ...sample }]], podsMax),
    newest(podUid, role, monotonicMs, source = "agent"): SampleReading | undefined {
      const stored = sources[source].get(podUid)?.get(role);
      if (stored === undefined) return undefined;
      const { takenAtMs, ...reading } = stored;
      return { ...reading, ageMs: Math.max(0, monotonicMs - takenAtMs) };
    },
    forget(podUid): void {
      for (const pods of Object.values(sources)) pods.delete(podUid);
    },
    get podCount(): number {
      return sources.agent.size;
    },
  };
}

function merge(
  pods: Pods,
  podUid: string,
  readings: readonly [Role, StoredReading][],
  podsMax: number,
): void {
  const merged = new Map(pods.get(podUid));
  for (const [role, reading] of readings) {
    const stored = merged.get(role);
    if (stored === undefined || reading.takenAtMs >= stored.takenAtMs) merged.set(role, reading);
  }
  // Deleting first moves the pod to the end of the map: the first one is the one heard of longest ago.
  pods.delete(podUid);
  pods.set(podUid, merged);
  if (pods.size > podsMax) pods.delete(pods.keys().next().value ?? podUid);
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
