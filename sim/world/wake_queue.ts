/**
 * Sleepers in the order of their times; those of one instant in the order in which they went to sleep.
 *
 * @module
 */

/** Somebody who waits for an instant. */
export interface Sleeper {
  readonly wakeAtMs: number;
  /** Tells sleepers of one instant apart: the lower one wakes first. */
  readonly sequence: number;
  wake(): void;
}

/** A binary heap: a world of hundreds of reporters goes to sleep and wakes millions of times. */
export interface WakeQueue {
  readonly size: number;
  add(sleeper: Sleeper): void;
  /** Whoever wakes next, still in the queue. */
  first(): Sleeper | undefined;
  /** Takes out whoever wakes next. */
  take(): Sleeper | undefined;
  remove(sleeper: Sleeper): void;
  /** All, in no particular order. */
  all(): readonly Sleeper[];
}

/** Creates an empty queue. */
export function createWakeQueue(): WakeQueue {
  const heap: Sleeper[] = [];

  function swap(first: number, second: number): void {
    const [one, other] = [heap[first], heap[second]];
    if (one === undefined || other === undefined) return;
    heap[first] = other;
    heap[second] = one;
  }

  function rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) return;
      swap(index, parent);
      index = parent;
    }
  }

  function sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[index])) return;
      swap(index, child);
      index = child;
    }
  }

  function removeAt(index: number): Sleeper | undefined {
    swap(index, heap.length - 1);
    const removed = heap.pop();
    sink(index);
    rise(Math.min(index, heap.length - 1));
    return removed;
  }

  return {
    get size(): number {
      return heap.length;
    },
    add(sleeper: Sleeper): void {
      heap.push(sleeper);
      rise(heap.length - 1);
    },
    first: () => heap[0],
    take: () => removeAt(0),
    remove(sleeper: Sleeper): void {
      const index = heap.indexOf(sleeper);
      if (index !== -1) removeAt(index);
    },
    all: () => heap,
  };
}

function isBefore(first: Sleeper | undefined, second: Sleeper | undefined): boolean {
  if (first === undefined) return false;
  if (second === undefined) return true;
  return first.wakeAtMs < second.wakeAtMs ||
    (first.wakeAtMs === second.wakeAtMs && first.sequence < second.sequence);
}
