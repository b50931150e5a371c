/**
 * From what was measured to the report that goes over the wire.
 *
 * @module
 */

import {
  type HistorySample,
  type Report,
  REPORT_FORMAT,
  type VolumeError,
  type VolumeSample,
} from "../lib/report/report.ts";
import type { Measurement } from "./measure.ts";
import type { ReportSnapshot } from "./report_schedule.ts";

/** Texts in a report are at most this long (`lib/report`). */
const TEXT_LENGTH_MAX = 512;

/** Problems in a report (`lib/report`). */
const PROBLEMS_MAX = 16;

/** A day; what is older is as good as unknown (`lib/report`). */
const AGE_MAX_MS = 86_400_000;

/** What a report says besides the measurements. */
export interface ReportContext {
  /** Monotonic time at which the report is sent: ages are counted to it. */
  readonly nowMs: number;
  readonly agentVersion: string;
  readonly session: string;
  readonly sequence: number;
  /** Reported only when both parts are known. */
  readonly pod: { readonly namespace?: string | undefined; readonly name?: string | undefined };
  readonly problems: readonly string[];
  /** Samples of the last hour; taken only when the snapshot asks for them. */
  readonly history: () => HistorySample[];
}

/** Makes the report of a snapshot, as of the moment of sending. */
export function buildReport(snapshot: ReportSnapshot, context: ReportContext): Report {
  const { namespace, name } = context.pod;
  return {
    format: REPORT_FORMAT,
    agentVersion: context.agentVersion,
    sequence: context.sequence,
    session: context.session,
    cause: snapshot.cause,
    ...namespace === undefined || name === undefined ? {} : { pod: { namespace, name } },
    volumes: snapshot.measurements.flatMap((measurement) => sampleOf(measurement, context.nowMs)),
    unreadable: snapshot.measurements.flatMap(errorOf),
    degraded: context.problems.slice(0, PROBLEMS_MAX).map(shortened),
    ...snapshot.withHistory ? { history: context.history() } : {},
  };
}

function sampleOf(measurement: Measurement, nowMs: number): VolumeSample[] {
  if (measurement.kind !== "sample") return [];
  const { role, mountPath } = measurement.volume;
  const elapsedMs = Math.max(0, Math.ceil(nowMs - measurement.takenAtMs));
  return [{ role, mountPath, ageMs: Math.min(elapsedMs, AGE_MAX_MS), ...measurement.sizes }];
}

function errorOf(measurement: Measurement): VolumeError[] {
  if (measurement.kind !== "unreadable") return [];
  const { role, mountPath } = measurement.volume;
  return [{ role, mountPath, error: shortened(measurement.error) }];
}

function shortened(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX);
}
