/**
 * Who wants to be told.
 *
 * @module
 */

/** A list of callbacks. */
export interface Listeners<Arguments extends readonly unknown[]> {
  /** Calls back until the returned function is called. */
  add(listener: (...values: Arguments) => void): () => void;
  tell(...values: Arguments): void;
}

/** Creates an empty list. */
export function createListeners<Arguments extends readonly unknown[]>(): Listeners<Arguments> {
  const listeners = new Set<(...values: Arguments) => void>();
  return {
    add(listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(...values): void {
      for (const listener of [...listeners]) listener(...values);
    },
  };
}
