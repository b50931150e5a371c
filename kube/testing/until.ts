/**
 * Waiting for what a real socket brings, in tests.
 *
 * @module
 */

/** Generous, because it is only reached by a test that fails. */
const POLLS_MAX = 5_000;

/** Polls every millisecond until `condition` holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`Waited in vain until ${what}`);
}
