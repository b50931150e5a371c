/**
 * What a queue tells about itself.
 *
 * @module
 */

/** What a queue is busy with. */
export interface QueueStats {
  /** Keys that wait for a free place. */
  readonly ready: number;
  readonly running: number;
  /** Keys that wait for a wake-up or a retry. */
  readonly waiting: number;
  /** Keys whose last work failed. */
  readonly failing: number;
  /** How long the news that waits for longest has waited; 0 where none waits. */
  readonly oldestMs: number;
  /** Works begun since the start. */
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Marks of new keys that were turned away because there were too many. */
  readonly refused: number;
}

/** How long the news of any key has waited for work, at most; 0 where none waits. */
export function oldestNewsMs(
  keys: Iterable<{ readonly newsSinceMs: number | undefined }>,
  nowMs: number,
): number {
  let oldestMs = 0;
  for (const { newsSinceMs = nowMs } of keys) oldestMs = Math.max(oldestMs, nowMs - newsSinceMs);
  return oldestMs;
}
