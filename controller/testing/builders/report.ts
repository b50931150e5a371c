/**
 * Reports as agents send them.
 *
 * @module
 */

import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import { type Report, REPORT_FORMAT, type VolumeSample } from "../../../lib/report/report.ts";

/** What a test may say about one volume in a report. */
export interface SampleFields {
  /** @default {"data"} */
  readonly role?: string | undefined;
  /** @default {0} */
  readonly ageMs?: number | undefined;
  /** @default {10 GiB} */
  readonly deviceBytes?: number | undefined;
  /** @default {deviceBytes} */
  readonly totalBytes?: number | undefined;
  /** @default {half of totalBytes} */
  readonly usedBytes?: number | undefined;
  /** @default {0} */
  readonly inodesTotal?: number | undefined;
  /** @default {inodesTotal} */
  readonly inodesAvailable?: number | undefined;
}

/** One volume in a report. */
export function volumeSample(fields: SampleFields = {}): VolumeSample {
  const deviceBytes = fields.deviceBytes ?? 10 * GIBIBYTE;
  const totalBytes = fields.totalBytes ?? deviceBytes;
  const usedBytes = fields.usedBytes ?? Math.floor(totalBytes / 2);
  const inodesTotal = fields.inodesTotal ?? 0;
  const role = fields.role ?? "data";
  return {
    role,
    mountPath: `/mnt/${role.replace(":", "-")}`,
    ageMs: fields.ageMs ?? 0,
    totalBytes,
    usedBytes,
    availableBytes: totalBytes - usedBytes,
    deviceBytes,
    inodesTotal,
    inodesAvailable: fields.inodesAvailable ?? inodesTotal,
  };
}

/** A report of the given volumes. */
export function reportOf(
  volumes: readonly SampleFields[],
  overrides: Partial<Report> = {},
): Report {
  return {
    format: REPORT_FORMAT,
    agentVersion: "0.0.0-test",
    sequence: 1,
    session: "session-1",
    cause: "interval",
    volumes: volumes.map(volumeSample),
    unreadable: [],
    degraded: [],
    ...overrides,
  };
}
