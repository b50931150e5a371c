/**
 * Levels of pressure.
 *
 * @module
 */

/** Levels in rising order (DESIGN §3); `full` means that PostgreSQL cannot write another WAL segment. */
export const LEVELS = ["ok", "warning", "critical", "expansion", "emergency", "full"] as const;

/** How pressing the state of a volume is. */
export type Level = typeof LEVELS[number];

/** Whether `level` is at least as pressing as `floor`. */
export function atLeast(level: Level, floor: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(floor);
}

/** The more pressing of two levels. */
export function highest(first: Level, second: Level): Level {
  return atLeast(first, second) ? first : second;
}
