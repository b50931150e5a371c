/**
 * The wire format between agent and controller (DESIGN §4).
 *
 * A report carries the *age* of each sample, never a clock time: two clocks are never compared. It carries no
 * identity that the controller would believe: who reports is read from the token. The optional `pod` is a
 * claim that must match the token, so that a wrongly wired agent is refused instead of misfiled.
 *
 * @module
 */

import * as z from "zod";

/** Version of the format; a controller refuses what it does not speak. */
export const REPORT_FORMAT = 1;

/** Most volumes that one report may carry: data, WAL and tablespaces of one instance. */
export const REPORT_VOLUMES_MAX = 64;

/** An hour of samples of every volume at 30 s, in one report. */
export const REPORT_HISTORY_MAX = 120 * 8;

const sizeBytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const ageMs = z.number().int().min(0).max(86_400_000);
const role = z.string().max(80).regex(/^(data|wal|tbs:.+)$/);

/** One statfs of one volume. */
export const volumeSampleSchema = z.strictObject({
  role,
  mountPath: z.string().max(512),
  ageMs,
  /** Space that an unprivileged process can use at all: used + available. */
  totalBytes: sizeBytes,
  usedBytes: sizeBytes,
  availableBytes: sizeBytes,
  /** Size of the file system before reserved blocks. */
  deviceBytes: sizeBytes,
  /** Zero where the file system has no fixed number of inodes. */
  inodesTotal: sizeBytes,
  inodesAvailable: sizeBytes,
});

/** A volume whose mount path exists and cannot be measured. */
export const volumeErrorSchema = z.strictObject({
  role,
  mountPath: z.string().max(512),
  error: z.string().max(512),
});

/** An older sample, for a leader that has just begun. */
export const historySampleSchema = z.strictObject({
  role,
  ageMs,
  usedBytes: sizeBytes,
  availableBytes: sizeBytes,
});

/** What made the agent send. */
export const reportCauseSchema = z.enum(["start", "interval", "trip", "repeat", "change", "order"]);

/** A report. */
export const reportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  agentVersion: z.string().max(64),
  /** Rises by one with each report of one agent process. */
  sequence: z.number().int().min(0),
  /** Changes whenever the agent process starts anew. */
  session: z.string().max(64),
  cause: reportCauseSchema,
  /** Where the agent believes to run; must match the token. */
  pod: z.strictObject({ namespace: z.string().max(63), name: z.string().max(253) }).optional(),
  volumes: z.array(volumeSampleSchema).max(REPORT_VOLUMES_MAX),
  unreadable: z.array(volumeErrorSchema).max(REPORT_VOLUMES_MAX),
  /** What is wrong with the agent itself, for example its configuration; empty when all is well. */
  degraded: z.array(z.string().max(512)).max(16),
  /** Sent only when the last answer asked for it. */
  history: z.array(historySampleSchema).max(REPORT_HISTORY_MAX).optional(),
});

/** When the agent must report at once. */
export const reportTripSchema = z.strictObject({ role, availableBelowBytes: sizeBytes });

/** The controller's answer to a report. */
export const reportAnswerSchema = z.object({
  format: z.literal(REPORT_FORMAT),
  /** Replaces all trips given before. */
  trips: z.array(reportTripSchema).max(REPORT_VOLUMES_MAX),
  /** Interval of reports while nothing happens, in milliseconds. */
  intervalMs: z.number().int().min(1_000).max(3_600_000),
  /** The controller has no history of this instance and asks for the agent's. */
  wantHistory: z.boolean(),
});

/** What the agent sends. */
export type Report = z.infer<typeof reportSchema>;
/** One statfs of one volume. */
export type VolumeSample = z.infer<typeof volumeSampleSchema>;
/** A volume that cannot be measured. */
export type VolumeError = z.infer<typeof volumeErrorSchema>;
/** An older sample. */
export type HistorySample = z.infer<typeof historySampleSchema>;
/** What made the agent send. */
export type ReportCause = z.infer<typeof reportCauseSchema>;
/** When the agent must report at once. */
export type ReportTrip = z.infer<typeof reportTripSchema>;
/** The controller's answer. */
export type ReportAnswer = z.infer<typeof reportAnswerSchema>;
