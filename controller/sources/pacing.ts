/**
 * Whom to ask again, and when: whoever does not answer is asked less and less often.
 *
 * @module
 */

/** Someone that does not answer is still asked this often, so that its return is noticed soon enough. */
export const RETRY_MS_MAX = 300_000;

/** One failure is an accident, and telling of it would tell of every accident. */
export const FAILURES_TOLD = 2;

/** Remembers failures, by name. Its size is that of those who failed. */
export interface Pacing {
  /** Whether it is time to ask. */
  isDue(name: string, nowMs: number): boolean;
  /** Failures in a row. */
  failures(name: string): number;
  succeeded(name: string): void;
  /** Notes a failure at an instant of the monotonic clock. */
  failed(name: string, nowMs: number): void;
  /** Forgets everybody who is not asked any more. */
  keepOnly(names: ReadonlySet<string>): void;
}

interface Failing {
  readonly failures: number;
  readonly retryAtMs: number;
}

/** Creates a memory without failures. The first retry comes after `intervalMs`, each further one after twice that. */
export function createPacing(intervalMs: number): Pacing {
  const failing = new Map<string, Failing>();
  const waitMsMax = Math.max(RETRY_MS_MAX, intervalMs);
  return {
    isDue: (name, nowMs) => nowMs >= (failing.get(name)?.retryAtMs ?? Number.NEGATIVE_INFINITY),
    failures: (name) => failing.get(name)?.failures ?? 0,
    succeeded(name): void {
      failing.delete(name);
    },
    failed(name, nowMs): void {
      const failures = (failing.get(name)?.failures ?? 0) + 1;
      const waitMs = Math.min(waitMsMax, intervalMs * 2 ** (failures - 1));
      // A round takes its time: a retry that is due within the next one may be part of it.
      failing.set(name, { failures, retryAtMs: nowMs + waitMs - intervalMs / 2 });
    },
    keepOnly(names): void {
      for (const name of failing.keys()) if (!names.has(name)) failing.delete(name);
    },
  };
}
