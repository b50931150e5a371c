/**
 * A map that never grows beyond its limit: what was used longest ago goes first.
 *
 * @module
 */

/** A least-recently-used cache. */
export interface BoundedCache<Key, Value> {
  /** Reading counts as use. */
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  readonly size: number;
}

/**
 * Creates an empty cache.
 *
 * @throws {RangeError} If `entriesMax` is not a positive integer.
 */
export function createBoundedCache<Key, Value>(entriesMax: number): BoundedCache<Key, Value> {
  if (!Number.isSafeInteger(entriesMax) || entriesMax < 1) {
    throw new RangeError(
      `Cannot create a cache: expected a positive number of entries, found ${entriesMax}`,
    );
  }
  // A Map iterates in the order of insertion: the first key is the one used longest ago.
  const entries = new Map<Key, Value>();
  return {
    get(key: Key): Value | undefined {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key: Key, value: Value): void {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax) return;
        entries.delete(oldest);
      }
    },
    delete(key: Key): void {
      entries.delete(key);
    },
    get size(): number {
      return entries.size;
    },
  };
}
