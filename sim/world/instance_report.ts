/**
 * What the agent of an instance would report of its volumes now.
 *
 * @module
 */

import {
  type HistorySample,
  type Report,
  REPORT_FORMAT,
  type ReportCause,
  type VolumeSample,
} from "../../lib/report/report.ts";
import type { FileSystemStatistics } from "../storage/file_system.ts";
import type { SimulatedInstance, SimulatedVolume } from "./world.ts";

/** Samples of all volumes at one instant. */
export interface Samples {
  readonly takenAtMs: number;
  readonly volumes: readonly VolumeSample[];
}

/** What a report says besides its samples. */
export interface ReportFrame {
  readonly session: string;
  readonly sequence: number;
  readonly cause: ReportCause;
  /** Sent along where it was asked for. */
  readonly history?: readonly HistorySample[] | undefined;
}

/** Measures all volumes of an instance. */
export function takeSamples({ volumes }: SimulatedInstance, nowMs: number): Samples {
  return { takenAtMs: nowMs, volumes: volumes.map(sampleOf) };
}

/** Makes a report of samples, as of the moment at which they were taken. */
export function instanceReport(
  { namespace, name }: SimulatedInstance,
  samples: Samples,
  { history, ...frame }: ReportFrame,
): Report {
  return {
    format: REPORT_FORMAT,
    agentVersion: "0.0.0-simulated",
    ...frame,
    pod: { namespace, name },
    volumes: [...samples.volumes],
    unreadable: [],
    degraded: [],
    ...(history === undefined ? {} : { history: [...history] }),
  };
}

function sampleOf({ role, mountPath, fileSystem }: SimulatedVolume): VolumeSample {
  return { role, mountPath, ageMs: 0, ...sizesOf(fileSystem.statistics()) };
}

/** What counts is what `postgres` can use: blocks reserved for root belong to nobody (`wal.md` §9). */
function sizesOf(
  statistics: FileSystemStatistics,
): Omit<VolumeSample, "role" | "mountPath" | "ageMs"> {
  const { frsize, blocks, bfree, bavail, files, ffree } = statistics;
  return {
    totalBytes: Number((blocks - bfree + bavail) * frsize),
    usedBytes: Number((blocks - bfree) * frsize),
    availableBytes: Number(bavail * frsize),
    deviceBytes: Number(blocks * frsize),
    inodesTotal: Number(files),
    inodesAvailable: Number(ffree),
  };
}
