/**
 * When routine expansions may begin (DESIGN §5 and §7, `maintenanceWindows`).
 *
 * Whether a schedule comes at all, and whether a time zone exists, takes a calendar: that is found out where
 * windows are turned into edges, not here.
 *
 * @module
 */

import * as z from "zod";
import { HOUR, type Millis, millis, MINUTE } from "../units/millis.ts";
import { durationSchema, readDuration } from "./duration_schema.ts";

const WINDOWS_MAX = 16;
const SCHEDULE_LENGTH_MAX = 128;
const TIME_ZONE_LENGTH_MAX = 64;

/** A week: a longer window is always open, or has a schedule that says something else than it seems to. */
const DURATION_MS_MAX = millis(7 * 24 * HOUR);

/** Five fields of what cron knows; no `?`, which means the present moment to some readers. */
const SCHEDULE_PATTERN = /^[0-9A-Za-z*,\/#-]+( +[0-9A-Za-z*,\/#-]+){4}$/;

/** Names of the IANA database, such as `Europe/Berlin`, `UTC` or `Etc/GMT+5`. */
const TIME_ZONE_PATTERN = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

const maintenanceWindowSchema = z.object({
  schedule: z.string().max(SCHEDULE_LENGTH_MAX).regex(SCHEDULE_PATTERN).meta({
    description: "When the window opens: five fields as in cron (minute, hour, day of the month, " +
      "month, day of the week).",
  }),
  duration: durationSchema(
    "How long it stays open, in hours and minutes that pass on any clock: 2h, 1h30m.",
    { minMs: MINUTE, maxMs: DURATION_MS_MAX, example: "2h or 1h30m" },
  ),
  timeZone: z.string().max(TIME_ZONE_LENGTH_MAX).regex(TIME_ZONE_PATTERN).meta({
    description: "In which time zone the schedule is meant, by its IANA name: Europe/Berlin, UTC.",
  }),
  emergencyExempt: z.boolean().optional().meta({
    description: "Whether an emergency goes on while the window is closed; true where absent. " +
      "Emergencies wait only where every window says false; a volume that is full never waits.",
  }),
});

/** When routine expansions may begin. */
export const maintenanceWindowsSchema = z.array(maintenanceWindowSchema).max(WINDOWS_MAX).meta({
  description:
    "When routine expansions may begin: while at least one window is open. None: always. A list replaces an " +
    "inherited one as a whole.",
  "x-kubernetes-list-type": "atomic",
});

/** The length of a window as it is written, for example `1h30m`. */
export function windowLength(text: string): Millis {
  return readDuration(text);
}
