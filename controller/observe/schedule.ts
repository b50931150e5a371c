/**
 * When a cron schedule comes in a time zone.
 *
 * Adapter: the calendar, as croner and the runtime's table of time zones know it. No clock is read: every question
 * names its instant. A fixed time that a change to daylight saving leaves out comes at the first instant after the
 * gap, and one that a change back repeats comes once; a schedule with a wildcard in its hours comes on both.
 *
 * @module
 */

import { Cron } from "croner";
import { type Millis, millis } from "../../lib/units/millis.ts";

/** The times of a schedule. */
export interface Schedule {
  /** The last time not after an instant; undefined if there was none. */
  last(atMs: Millis): Millis | undefined;
  /** The first time after an instant; undefined if none comes any more. */
  next(atMs: Millis): Millis | undefined;
}

/** A schedule, or what is wrong with it: what was expected, and what was found. */
export type ParsedSchedule =
  | { readonly kind: "schedule"; readonly schedule: Schedule }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads a schedule of five cron fields. */
export function parseSchedule(text: string, timeZone: string): ParsedSchedule {
  if (!isTimeZone(timeZone)) {
    const message = `expected timeZone to be a name such as Europe/Berlin, found "${timeZone}"`;
    return { kind: "invalid", message };
  }
  try {
    const cron = new Cron(text, { mode: "5-part", timezone: timeZone, paused: true });
    // Years are no part of a schedule: one that comes at all comes after any instant.
    if (cron.nextRun(new Date(0)) === null) {
      return { kind: "invalid", message: `expected schedule to come at all, found "${text}"` };
    }
    return { kind: "schedule", schedule: scheduleOf(cron) };
  } catch (error) {
    const detail = error instanceof Error ? ` (${error.message})` : "";
    const message = `expected schedule to be five fields of cron, found "${text}"${detail}`;
    return { kind: "invalid", message };
  }
}

function scheduleOf(cron: Cron): Schedule {
  return {
    last(atMs): Millis | undefined {
      // The instant itself counts here, and does not for croner.
      const [found] = cron.previousRuns(1, new Date(atMs + 1));
      return found && millis(found.getTime());
    },
    next(atMs): Millis | undefined {
      const found = cron.nextRun(new Date(atMs));
      return found === null ? undefined : millis(found.getTime());
    },
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
