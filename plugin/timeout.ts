/**
 * The flag `--request-timeout`, written as kubectl takes it.
 *
 * @module
 */

/** Longer than a slow API server takes for what is read here, short enough for somebody who waits. */
export const TIMEOUT_MS = 30_000;

/** What 0, "no limit", comes to: nobody waits longer at a terminal, and timers need an end. */
const UNLIMITED_MS = 24 * 3_600_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `30s`, `1m`, `500ms` or `30` (seconds); undefined where it is none of these. */
export function parseTimeoutMs(text: string): number | undefined {
  const [, amount, unit = "s"] = /^(\d{1,6})(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const timeoutMs = Number(amount) * (UNIT_MS[unit] ?? 0);
  return timeoutMs === 0 ? UNLIMITED_MS : Math.min(timeoutMs, UNLIMITED_MS);
}
