/**
 * Judges forecasts by what came to pass.
 *
 * @module
 */

import { DAY, HOUR, MINUTE } from "../../../lib/units/millis.ts";
import { INTERVAL_MS, PER_HOUR, type Series } from "./series.ts";

/** A time to full below this raises an alarm. */
const TRIGGER_MS = HOUR;

/** An alarm is false where the volume was full much later, or never. */
const FALSE_FROM_MS = 2 * HOUR;

/** An alarm that was silent for this long begins anew. */
const ALARM_PAUSE = PER_HOUR / 2;

/** An alarm with less lead than this is late. */
const LATE_MS = 10 * MINUTE;

/** Errors are judged from the end of the first day on, every ten minutes, where the volume was full within a week. */
const JUDGED_FROM = 24 * PER_HOUR;
const JUDGED_EVERY = PER_HOUR / 6;
const JUDGED_MS = 7 * DAY;

/** What a method did on one or more series. */
export interface Verdict {
  /** Foretold over true, as a factor of 1 or more. */
  readonly errors: readonly number[];
  /** Judged moments at which the method said nothing. */
  readonly silent: number;
  readonly falseAlarms: number;
  readonly days: number;
  /** For each volume that was full: the lead of the alarm; none where it was missed. */
  readonly leadsMs: readonly (number | undefined)[];
}

/** Volumes that were full without an alarm, or less than ten minutes after it. */
export function lateOrMissed({ leadsMs }: Verdict): number {
  return leadsMs.filter((lead) => lead === undefined || lead < LATE_MS).length;
}

/** Judges what a method foretold for a series. */
export function judge(series: Series, foretold: Float64Array): Verdict {
  return { ...judgeErrors(series, foretold), ...judgeAlarms(series, foretold) };
}

/** Several verdicts as one. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  return {
    errors: verdicts.flatMap(({ errors }) => errors),
    silent: verdicts.reduce((sum, { silent }) => sum + silent, 0),
    falseAlarms: verdicts.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0),
    days: verdicts.reduce((sum, { days }) => sum + days, 0),
    leadsMs: verdicts.flatMap(({ leadsMs }) => leadsMs),
  };
}

function trueMs({ fullAt }: Series, at: number): number {
  return fullAt === undefined ? Infinity : (fullAt - at) * INTERVAL_MS;
}

function judgeErrors(
  series: Series,
  foretold: Float64Array,
): Pick<Verdict, "errors" | "silent"> {
  const errors: number[] = [];
  let silent = 0;
  for (let at = JUDGED_FROM; at < foretold.length - 1; at += JUDGED_EVERY) {
    const actual = trueMs(series, at);
    if (actual > JUDGED_MS) continue;
    const predicted = Math.max(foretold[at] ?? NaN, INTERVAL_MS);
    if (Number.isNaN(predicted)) silent += 1;
    else errors.push(Math.exp(Math.abs(Math.log(predicted / actual))));
  }
  return { errors, silent };
}

function judgeAlarms(
  series: Series,
  foretold: Float64Array,
): Pick<Verdict, "falseAlarms" | "days" | "leadsMs"> {
  let falseAlarms = 0;
  let lastAt = -Infinity;
  let lead: number | undefined;
  for (const [at, predicted] of foretold.entries()) {
    if (!(predicted <= TRIGGER_MS) || at === series.fullAt) continue;
    const actual = trueMs(series, at);
    if (actual <= FALSE_FROM_MS) lead ??= actual;
    else if (at - lastAt > ALARM_PAUSE) falseAlarms += 1;
    lastAt = at;
  }
  const days = foretold.length * INTERVAL_MS / DAY;
  return { falseAlarms, days, leadsMs: series.fullAt === undefined ? [] : [lead] };
}
