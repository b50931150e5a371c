/**
 * Decides when a report is due and why (DESIGN §4).
 *
 * Every rule compares what was measured last with what was *reported* last. So nothing is remembered that a
 * lost report could falsify: a difference is reported, again and again if need be, until it is gone.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import type { ReportAnswer, ReportCause, ReportTrip } from "../lib/report/report.ts";
import type { Measurement } from "./measure.ts";
import type { Volume } from "./volume.ts";

/** A volume in flux (a growing file system, a pool that others write to) changes at most this often. */
export const CHANGE_SPACING_MS = 2_000;

/** What one report says, before ages are computed. */
export interface ReportSnapshot {
  readonly cause: ReportCause;
  readonly measurements: readonly Measurement[];
  /** Whether the controller asked for the history. */
  readonly withHistory: boolean;
}

/** Follows measurements and answers. */
export interface ReportSchedule {
  /** Says which volumes exist; measurements of all others are forgotten. */
  setVolumes(volumes: readonly Volume[]): void;
  /** Takes a measurement; of a volume that is not known it is ignored. */
  observe(measurement: Measurement): void;
  /** Takes what the controller answered: trips replace those given before. */
  accept(answer: ReportAnswer): void;
  /** Gives the report that is due now, and from then on counts it as reported; `undefined` if none is. */
  take(): ReportSnapshot | undefined;
}

/** What {@link createReportSchedule} needs. */
export interface ReportScheduleOptions {
  readonly clock: Clock;
  /** The configured intervals, read at every use because configuration may change. */
  readonly intervals: () => {
    /** Interval while the controller has not given one. */
    readonly reportMs: number;
    /** Interval while a volume is below a trip. */
    readonly repeatMs: number;
  };
}

/** Creates a {@link ReportSchedule}. */
export function createReportSchedule(options: ReportScheduleOptions): ReportSchedule {
  const { clock, intervals } = options;
  let volumes: readonly Volume[] | undefined;
  let answer: ReportAnswer | undefined;
  let reported: ReadonlyMap<string, Measurement> | undefined;
  let reportedAtMs = 0;
  let changedAtMs = -Infinity;
  let historyAtMs = -Infinity;
  const latest = new Map<string, Measurement>();

  function intervalMs(): number {
    return answer?.intervalMs ?? intervals().reportMs;
  }

  function mayTakeHistory(): boolean {
    return answer?.wantHistory === true && clock.monotonic() - historyAtMs >= intervalMs();
  }

  function mayTellChange(): boolean {
    return clock.monotonic() - changedAtMs >= CHANGE_SPACING_MS;
  }

  function dueCause(): ReportCause | undefined {
    if (volumes === undefined) return undefined;
    if (reported === undefined) {
      return volumes.every(({ role }) => latest.has(role)) ? "start" : undefined;
    }
    const already = reported;
    const quietMs = clock.monotonic() - reportedAtMs;
    const crossed = (answer?.trips ?? []).filter((trip) => isBelow(trip, latest));
    if (crossed.some((trip) => !isBelow(trip, already))) return "trip";
    if (mayTellChange() && hasChanged(already, latest)) return "change";
    if (mayTakeHistory()) return "order";
    if (crossed.length > 0 && quietMs >= intervals().repeatMs) return "repeat";
    return quietMs >= intervalMs() ? "interval" : undefined;
  }

  return {
    setVolumes(found: readonly Volume[]): void {
      volumes = found;
      const roles = new Set(found.map(({ role }) => role));
      for (const role of latest.keys()) {
        if (!roles.has(role)) latest.delete(role);
      }
    },
    observe(measurement: Measurement): void {
      const { role, path } = measurement.volume;
      if (!volumes?.some((volume) => volume.role === role && volume.path === path)) return;
      latest.set(role, measurement);
    },
    accept(received: ReportAnswer): void {
      answer = received;
    },
    take(): ReportSnapshot | undefined {
      const cause = dueCause();
      if (cause === undefined) return undefined;
      // Until an answer withdraws the wish every report carries the history: the one before may be lost.
      const withHistory = answer?.wantHistory === true;
      reported = new Map(latest);
      reportedAtMs = clock.monotonic();
      if (cause === "change") changedAtMs = reportedAtMs;
      if (withHistory) historyAtMs = reportedAtMs;
      return { cause, measurements: inOrder(volumes ?? [], latest), withHistory };
    },
  };
}

/** Measurements arrive in any order; reports list volumes as they were found. */
function inOrder(
  volumes: readonly Volume[],
  latest: ReadonlyMap<string, Measurement>,
): Measurement[] {
  return volumes.map(({ role }) => latest.get(role)).filter((found) => found !== undefined);
}

/** Whether the volume was measured, and had less left than the trip says. */
function isBelow(trip: ReportTrip, measurements: ReadonlyMap<string, Measurement>): boolean {
  const measurement = measurements.get(trip.role);
  return measurement?.kind === "sample" &&
    measurement.sizes.availableBytes < trip.availableBelowBytes;
}

/** Whether a volume came, went, became readable or unreadable, or its file system has another size. */
function hasChanged(
  before: ReadonlyMap<string, Measurement>,
  after: ReadonlyMap<string, Measurement>,
): boolean {
  if (before.size !== after.size) return true;
  return [...after].some(([role, measurement]) =>
    stateOf(before.get(role)) !== stateOf(measurement)
  );
}

function stateOf(measurement: Measurement | undefined): number | string | undefined {
  return measurement?.kind === "sample" ? measurement.sizes.deviceBytes : measurement?.kind;
}
