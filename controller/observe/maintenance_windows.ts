/**
 * Maintenance windows, from schedules to edges (DESIGN §2, §5).
 *
 * @module
 */

import type { MaintenanceWindowSettings } from "../../lib/policy/resolved.ts";
import { after, earliest, type Millis } from "../../lib/units/millis.ts";
import type { MaintenanceWindow } from "../../lib/view/cluster.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

/**
 * How many windows that adjoin or overlap are followed to where the last one closes. Nothing waits for that edge,
 * and windows that are always open have none.
 */
const ADJOINING_MAX = 32;

/** A window that comes. */
interface PlannedWindow {
  readonly schedule: Schedule;
  readonly durationMs: Millis;
}

/** Tells which windows are open. */
export interface WindowBook {
  /** The windows' next edge after an instant. Windows must have been found sound by {@link windowProblem}. */
  at(windows: readonly MaintenanceWindowSettings[], nowMs: Millis): MaintenanceWindow;
}

interface Entry {
  readonly planned: readonly PlannedWindow[];
  readonly computedAtMs: Millis;
  readonly window: MaintenanceWindow;
}

/**
 * What is wrong with the first window whose schedule or time zone is none, as what was expected and what was found.
 */
export function windowProblem(windows: readonly MaintenanceWindowSettings[]): string | undefined {
  for (const [index, { schedule, timeZone }] of windows.entries()) {
    const parsed = parseSchedule(schedule, timeZone);
    if (parsed.kind === "invalid") {
      return `Cannot use maintenanceWindows[${index}]: ${parsed.message}`;
    }
  }
  return undefined;
}

/**
 * Creates a book that looks into the calendar once an edge, because a view is built at every report: an edge that
 * was computed holds until it is passed, or the clock is set back. It is kept for as long as the windows are.
 */
export function createWindowBook(): WindowBook {
  const entries = new WeakMap<readonly MaintenanceWindowSettings[], Entry>();
  return {
    at(windows, nowMs): MaintenanceWindow {
      if (windows.length === 0) return { kind: "always" };
      const known = entries.get(windows);
      if (known !== undefined && stillHolds(known, nowMs)) return known.window;
      const planned = known?.planned ?? windows.flatMap(plannedOf);
      const holdsEmergencies = windows.every(({ emergencyExempt }) => !emergencyExempt);
      const window = windowAt(planned, holdsEmergencies, nowMs);
      entries.set(windows, { planned, computedAtMs: nowMs, window });
      return window;
    },
  };
}

function stillHolds({ computedAtMs, window }: Entry, nowMs: Millis): boolean {
  if (nowMs < computedAtMs) return false;
  switch (window.kind) {
    case "always":
      return true;
    case "open":
      return nowMs < window.closesAtMs;
    case "closed":
      return nowMs < window.opensAtMs;
  }
}

function plannedOf(settings: MaintenanceWindowSettings): PlannedWindow[] {
  const { schedule, timeZone, durationMs } = settings;
  const parsed = parseSchedule(schedule, timeZone);
  return parsed.kind === "schedule" ? [{ schedule: parsed.schedule, durationMs }] : [];
}

function windowAt(
  planned: readonly PlannedWindow[],
  holdsEmergencies: boolean,
  nowMs: Millis,
): MaintenanceWindow {
  const closesAtMs = closingAfter(planned, nowMs);
  if (closesAtMs !== undefined) return { kind: "open", closesAtMs };
  const opensAtMs = planned
    .map(({ schedule }) => schedule.next(nowMs))
    .reduce(earliest, undefined);
  if (opensAtMs === undefined) {
    throw new RangeError("Cannot find the next maintenance window: expected a schedule that comes");
  }
  return { kind: "closed", opensAtMs, holdsEmergencies };
}

/** When the last of the windows closes that are open now, or open before one of them closes. */
function closingAfter(planned: readonly PlannedWindow[], nowMs: Millis): Millis | undefined {
  let closesAtMs: Millis | undefined;
  for (let count = 0; count < ADJOINING_MAX; count++) {
    const extended = latestClosing(planned, closesAtMs ?? nowMs);
    if (extended === undefined) return closesAtMs;
    closesAtMs = extended;
  }
  return closesAtMs;
}

/** When the last window closes that is open at an instant; undefined where none is. */
function latestClosing(planned: readonly PlannedWindow[], atMs: Millis): Millis | undefined {
  return planned.reduce((latest: Millis | undefined, { schedule, durationMs }) => {
    const openedAtMs = schedule.last(atMs);
    if (openedAtMs === undefined) return latest;
    const closesAtMs = after(openedAtMs, durationMs);
    return closesAtMs > (latest ?? atMs) ? closesAtMs : latest;
  }, undefined);
}
