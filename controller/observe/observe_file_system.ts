/**
 * Whether what an agent said about a volume may be believed.
 *
 * @module
 */

import type { Reason } from "../../lib/explain/reasons.ts";
import { type Bytes, bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { formatBytes } from "../../lib/units/format.ts";
import { after, earliest, type Millis, millis } from "../../lib/units/millis.ts";
import type { Observation } from "../../lib/view/observation.ts";
import type { FileSystemSample, Volume } from "../../lib/view/volume.ts";
import type { CapacityChange } from "./capacity_changes.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { SampleReading } from "./samples.ts";

/** Reports that may be missed in a row before a sample is stale. */
const REPORTS_MISSED_MAX = 3;

/** What a report may be late by: its deadline and one try after a lost connection. */
const REPORT_SLACK_MS = 10_000;

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
  readonly reading?: SampleReading | undefined;
  readonly capacityChange?: CapacityChange | undefined;
  readonly staleAfterMs: number;
  /** The present, on the monotonic and on the wall clock. */
  readonly monotonicMs: number;
  readonly nowMs: Millis;
}

interface Evidence extends FileSystemEvidence {
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
    return earliest(first, after(fileSystem.observedAtMs, staleAfterMs + 1));
  }, undefined);
}

/** Doubts about a sample, the first of which counts. */
const DOUBTS: readonly ((evidence: Evidence) => Doubt | undefined)[] = [
  stale,
  sizeOfZero,
  beforeResize,
  sharedDisk,
];

/** The sample of a volume, or why it is unknown. */
export function observeFileSystem(evidence: FileSystemEvidence): Observation<FileSystemSample> {
  const { reading } = evidence;
  if (evidence.claim.capacityBytes === undefined) {
    return unknown("NoCapacity", `Claim ${evidence.claim.name} has no capacity yet`);
  }
  if (evidence.podName === undefined) {
    return unknown("NoSample", `No pod mounts claim ${evidence.claim.name}`);
  }
  if (reading === undefined) {
    return unknown("NoSample", `No agent has reported from pod ${evidence.podName} yet`);
  }
  if (reading.kind === "unreadable") {
    return unknown("AgentUnreadable", `The agent cannot read the file system: ${reading.error}`);
  }
  const { sample, ageMs } = reading;
  for (const doubt of DOUBTS) {
    const found = doubt({ ...evidence, sample, ageMs });
    if (found !== undefined) return unknown(found.reason, found.message);
  }
  const observedAtMs = millis(evidence.nowMs - ageMs);
  return { kind: "known", value: sample, source: "agent", observedAtMs };
}

function unknown(reason: Reason, message: string): Observation<FileSystemSample> {
  return { kind: "unknown", reason, message };
}

function stale({ ageMs, staleAfterMs }: Evidence): Doubt | undefined {
  if (ageMs <= staleAfterMs) return undefined;
  const message =
    `The last sample is ${seconds(ageMs)} s old, at most ${seconds(staleAfterMs)} s ` +
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
