/**
 * Whether what the sources said about a volume may be believed, and whose word counts (DESIGN §4).
 *
 * @module
 */

import type { Reason } from "../../lib/explain/reasons.ts";
import { type Bytes, bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { formatBytes } from "../../lib/units/format.ts";
import { after, earliest, type Millis, millis } from "../../lib/units/millis.ts";
import type { Known, Observation, Source, Unknown } from "../../lib/view/observation.ts";
import type { FileSystemSample, Volume } from "../../lib/view/volume.ts";
import type { CapacityChange } from "./capacity_changes.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { SampleReading } from "./samples.ts";

/** Reports that may be missed in a row before a sample is stale. */
const REPORTS_MISSED_MAX = 3;

/** What a report may be late by: its deadline and one try after a lost connection. */
const REPORT_SLACK_MS = 10_000;

/** Sources, best first (DESIGN §4). */
export const SOURCES: readonly Source[] = ["agent", "kubelet", "prometheus"];

/**
 * How much longer ago than it is told a value may have been measured: a kubelet measures a volume every one to two
 * minutes (`kubernetes.md` A2), and Prometheus collects from it once a minute or more often.
 */
const EXTRA_AGE_MS: Readonly<Record<Source, number>> = {
  agent: 0,
  kubelet: 120_000,
  prometheus: 180_000,
};

/** A file system this many times as large as its claim is not the claim's own. */
const SHARED_DISK_FACTOR = 2;

/**
 * Providers round small volumes up, some of them without saying so in the capacity: a few hundred MiB more
 * than a claim of 100 Mi are no sign of a shared disk.
 */
const SHARED_DISK_SLACK_BYTES: Bytes = GIBIBYTE;

/** Everything that counts for one volume. */
export interface FileSystemEvidence {
  readonly claim: ClaimRecord;
  /** The pod that mounts the claim; absent while none does. */
  readonly podName?: string | undefined;
  /** What each source said last; absent where it said nothing. */
  readonly readings: Readonly<Partial<Record<Source, SampleReading | undefined>>>;
  readonly capacityChange?: CapacityChange | undefined;
  /** Age from which a sample of an agent is stale; those of others may be older by what they take. */
  readonly staleAfterMs: number;
  /** The present, on the monotonic and on the wall clock. */
  readonly monotonicMs: number;
  readonly nowMs: Millis;
}

/** What is thought of a file system. */
export interface ObservedFileSystem {
  readonly fileSystem: Observation<FileSystemSample>;
  /** Samples of worse sources that may be believed as well. */
  readonly otherReadings?: readonly Known<FileSystemSample>[] | undefined;
}

interface Evidence extends FileSystemEvidence {
  readonly source: Source;
  readonly sample: FileSystemSample;
  readonly ageMs: number;
}

interface Doubt {
  readonly reason: Reason;
  readonly message: string;
}

/** Age from which a sample is stale, where agents report every `reportIntervalMs`. */
export function staleAfter(reportIntervalMs: number): number {
  return REPORTS_MISSED_MAX * reportIntervalMs + REPORT_SLACK_MS;
}

/** When the first of the known volumes becomes stale unless it is reported again. */
export function firstStaleAtMs(
  volumes: readonly Pick<Volume, "fileSystem">[],
  staleAfterMs: number,
): Millis | undefined {
  return volumes.reduce<Millis | undefined>((first, { fileSystem }) => {
    if (fileSystem.kind === "unknown") return first;
    // A sample of exactly this age is still accepted.
    const limitMs = staleAfterMs + EXTRA_AGE_MS[fileSystem.source];
    return earliest(first, after(fileSystem.observedAtMs, limitMs + 1));
  }, undefined);
}

/** Doubts about a sample, the first of which counts. */
const DOUBTS: readonly ((evidence: Evidence) => Doubt | undefined)[] = [
  stale,
  sizeOfZero,
  beforeResize,
  sharedDisk,
];

/**
 * The best sample of a volume that may be believed, or why it is unknown.
 *
 * A better source that sees a shared disk is not overruled: a CSI driver may tell the kubelet the size that a
 * directory was asked to have.
 */
export function observeFileSystem(evidence: FileSystemEvidence): ObservedFileSystem {
  const { claim, podName, readings } = evidence;
  if (claim.capacityBytes === undefined) {
    return { fileSystem: unknown("NoCapacity", `Claim ${claim.name} has no capacity yet`) };
  }
  if (podName === undefined) {
    return { fileSystem: unknown("NoSample", `No pod mounts claim ${claim.name}`) };
  }
  const believed: Known<FileSystemSample>[] = [];
  let doubted: Unknown | undefined;
  for (const source of SOURCES) {
    const reading = readings[source];
    if (reading === undefined) continue;
    const observed = observeReading(source, reading, evidence);
    if (observed.kind === "known") believed.push(observed);
    else if (believed.length === 0 && observed.reason === "SharedDisk") {
      return { fileSystem: observed };
    } else doubted ??= observed;
  }
  const [fileSystem, ...others] = believed;
  if (fileSystem === undefined) {
    const silence = unknown("NoSample", `No agent has reported from pod ${podName} yet`);
    return { fileSystem: doubted ?? silence };
  }
  return { fileSystem, otherReadings: others.length === 0 ? undefined : others };
}

function observeReading(
  source: Source,
  reading: SampleReading,
  evidence: FileSystemEvidence,
): Observation<FileSystemSample> {
  if (reading.kind === "unreadable") {
    return unknown("AgentUnreadable", `The agent cannot read the file system: ${reading.error}`);
  }
  const { sample, ageMs } = reading;
  for (const doubt of DOUBTS) {
    const found = doubt({ ...evidence, source, sample, ageMs });
    if (found !== undefined) return unknown(found.reason, found.message);
  }
  return { kind: "known", value: sample, source, observedAtMs: millis(evidence.nowMs - ageMs) };
}

function unknown(reason: Reason, message: string): Unknown {
  return { kind: "unknown", reason, message };
}

function stale({ ageMs, source, staleAfterMs }: Evidence): Doubt | undefined {
  const limitMs = staleAfterMs + EXTRA_AGE_MS[source];
  if (ageMs <= limitMs) return undefined;
  const message = `The last sample is ${seconds(ageMs)} s old, at most ${seconds(limitMs)} s ` +
    "are accepted";
  return { reason: "StaleSample", message };
}

/** No real file system has a size of zero: it is how a missing value looks (`kubernetes.md` A2). */
function sizeOfZero({ sample }: Evidence): Doubt | undefined {
  if (sample.totalBytes > 0) return undefined;
  return { reason: "AgentUnreadable", message: "The file system reports a size of zero" };
}

/**
 * A sample from before the last change of the capacity would make a volume that has just grown look full.
 *
 * The file system grows a moment before Kubernetes says so, so a sample may be older than the news and yet
 * show the new size. It does where the file system is larger than the claim was before: no file system is
 * larger than its device.
 */
function beforeResize({ sample, ageMs, capacityChange, monotonicMs }: Evidence): Doubt | undefined {
  if (capacityChange === undefined) return undefined;
  const takenAtMs = monotonicMs - ageMs;
  if (takenAtMs > capacityChange.seenAtMs) return undefined;
  if (sample.deviceBytes > capacityChange.fromBytes) return undefined;
  const message = "The last sample was taken before the claim's capacity changed from " +
    formatBytes(capacityChange.fromBytes);
  return { reason: "SampleBeforeResize", message };
}

/**
 * A directory on a big disk (local-path, hostPath) passes for a volume: statfs shows the disk, growing the
 * claim grows nothing, and quota would stop nobody (DESIGN §4).
 *
 * Compared is the largest size that the claim may have by now, since the file system grows before the
 * capacity does.
 */
function sharedDisk({ sample, claim }: Evidence): Doubt | undefined {
  const sizes = [claim.requestBytes, claim.capacityBytes ?? 0, claim.allocatedBytes ?? 0];
  const claimBytes = bytes(Math.max(...sizes));
  const { deviceBytes } = sample;
  if (deviceBytes < SHARED_DISK_FACTOR * claimBytes) return undefined;
  if (deviceBytes <= claimBytes + SHARED_DISK_SLACK_BYTES) return undefined;
  const message = `The file system has ${formatBytes(deviceBytes)}, the claim only ` +
    `${formatBytes(claimBytes)}: it is shared with others`;
  return { reason: "SharedDisk", message };
}

function seconds(durationMs: number): number {
  return Math.round(durationMs / 1_000);
}
