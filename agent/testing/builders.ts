/**
 * Volumes, measurements and answers for tests.
 *
 * @module
 */

import type { ReportAnswer, ReportTrip } from "../../lib/report/report.ts";
import type { FileSystemStatistics, Measurement } from "../measure.ts";
import { DATA_MOUNT_PATH, type Volume, volumeAt, WAL_MOUNT_PATH } from "../volume.ts";

/** The data volume of a pod. */
export const DATA: Volume = volumeAt("/", "data", DATA_MOUNT_PATH);

/** The WAL volume of a pod. */
export const WAL: Volume = volumeAt("/", "wal", WAL_MOUNT_PATH);

/** A file system of 1000 blocks of 1000 bytes with so many bytes left. */
export function statisticsWith(
  availableBytes: number,
  overrides: Partial<FileSystemStatistics> = {},
): FileSystemStatistics {
  const free = BigInt(availableBytes) / 1_000n;
  return {
    frsize: 1_000n,
    bsize: 1_000n,
    blocks: 1_000n,
    bfree: free,
    bavail: free,
    files: 100n,
    ffree: 50n,
    ...overrides,
  };
}

/** A measurement of `volume` with so many bytes left. */
export function sampleOf(
  volume: Volume,
  availableBytes: number,
  takenAtMs = 0,
  deviceBytes = 1_000_000,
): Measurement & { kind: "sample" } {
  const usedBytes = deviceBytes - availableBytes;
  const sizes = {
    totalBytes: deviceBytes,
    usedBytes,
    availableBytes,
    deviceBytes,
    inodesTotal: 100,
    inodesAvailable: 50,
  };
  return { kind: "sample", volume, takenAtMs, sizes };
}

/** An answer of the controller. */
export function answerWith(
  trips: readonly ReportTrip[] = [],
  overrides: Partial<ReportAnswer> = {},
): ReportAnswer {
  return { format: 1, trips: [...trips], intervalMs: 30_000, wantHistory: false, ...overrides };
}

/** A trip of the data volume. */
export function dataTrip(availableBelowBytes: number): ReportTrip {
  return { role: "data", availableBelowBytes };
}
