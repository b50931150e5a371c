/**
 * Many small pieces of work, a few at a time.
 *
 * @module
 */

/** Works on each item, at most `atOnceMax` together, in their order. Stops beginning new ones when aborted. */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnceMax: number,
  work: (item: Item) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = items.values();
  async function lane(): Promise<void> {
    for (const item of waiting) {
      if (signal.aborted) return;
      await work(item);
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, lane));
}
