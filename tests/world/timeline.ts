/**
 * A value that changes with time, and what it was.
 *
 * @module
 */

/** A value's history. */
export interface Timeline<Value> {
  /** From `atMs` on the value is `value`; times never run backwards. */
  set(atMs: number, value: Value): void;
  readonly latest: Value;
  /** Every value that held at some time from `fromMs` to now, oldest first. */
  since(fromMs: number): readonly Value[];
}

/** Creates a timeline whose value always was `first`. */
export function createTimeline<Value>(first: Value): Timeline<Value> {
  const entries: { readonly atMs: number; readonly value: Value }[] = [
    { atMs: -Infinity, value: first },
  ];
  let latest = first;
  return {
    get latest(): Value {
      return latest;
    },
    set(atMs, value): void {
      if (value === latest) return;
      latest = value;
      entries.push({ atMs, value });
    },
    since(fromMs): readonly Value[] {
      const first = entries.findLastIndex(({ atMs }) => atMs <= fromMs);
      return entries.slice(Math.max(0, first)).map(({ value }) => value);
    },
  };
}
