/**
 * Ages as `kubectl get` shows them.
 *
 * @module
 */

const SECOND_MS = 1_000;
const MINUTE_SECONDS = 60;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const YEAR_DAYS = 365;

/** A number of larger units, and what is left over in smaller ones, which 0 leaves out. */
function pair(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${restUnit}`;
}

/**
 * Tells a duration in two or three significant digits.
 *
 * The steps are those of `duration.HumanDuration` (k8s.io/apimachinery): the precision falls as the age
 * grows. Clocks that differ by a second or two are not shown as an error.
 */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / SECOND_MS);
  if (seconds < -1) return "<invalid>";
  if (seconds <= 0) return "0s";
  if (seconds < 2 * MINUTE_SECONDS) return `${seconds}s`;
  const minutes = Math.floor(seconds / MINUTE_SECONDS);
  if (minutes < 10) return pair(minutes, "m", seconds % MINUTE_SECONDS, "s");
  if (minutes < 3 * HOUR_MINUTES) return `${minutes}m`;
  const hours = Math.floor(minutes / HOUR_MINUTES);
  if (hours < 8) return pair(hours, "h", minutes % HOUR_MINUTES, "m");
  if (hours < 2 * DAY_HOURS) return `${hours}h`;
  const days = Math.floor(hours / DAY_HOURS);
  if (days < 8) return pair(days, "d", hours % DAY_HOURS, "h");
  if (days < 2 * YEAR_DAYS) return `${days}d`;
  const years = Math.floor(days / YEAR_DAYS);
  return years < 8 ? pair(years, "y", days % YEAR_DAYS, "d") : `${years}y`;
}

/** The age of what happened at an RFC 3339 time; undefined if the text is none. */
export function ageText(time: unknown, nowMs: number): string | undefined {
  if (typeof time !== "string") return undefined;
  const sinceMs = Date.parse(time);
  return Number.isNaN(sinceMs) ? "<invalid>" : humanDuration(nowMs - sinceMs);
}
