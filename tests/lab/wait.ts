/**
 * Waiting with a limit, for conditions that announce themselves to nobody.
 *
 * @module
 */

/** How often {@link waitUntil} looks; small against the seconds that are measured here. */
const LOOK_EVERY_MS = 25;

/** Ends a wait early. */
export interface WaitOptions {
  /** @default {10_000} */
  readonly limitMs?: number | undefined;
  /** Asked after each failed look: an error message here ends the wait at once. */
  readonly hopeless?: (() => string | undefined) | undefined;
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Calls `look` until it returns something else than `undefined`, and returns that.
 *
 * @param what completes the sentence "Cannot see …" of the error
 * @throws {Error} at the limit; the last error of `look`, if any, is its `cause`
 */
export async function waitUntil<Value>(
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
  options: WaitOptions = {},
): Promise<Value> {
  const { limitMs = 10_000, hopeless } = options;
  const giveUpAt = performance.now() + limitMs;
  let cause: unknown;
  while (performance.now() < giveUpAt) {
    try {
      const value = await look();
      if (value !== undefined) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const reason = hopeless?.();
    if (reason !== undefined) throw new Error(`Cannot see ${what}: ${reason}`, { cause });
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`Cannot see ${what}: expected it within ${limitMs} ms`, { cause });
}
