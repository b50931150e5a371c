/**
 * Log lines on their way to a reader that may have stopped reading.
 *
 * A pipe that nobody empties blocks whoever writes to it. Lines wait here instead, and are lost when too
 * many do: a process that cannot log must still obey signals.
 *
 * @module
 */

/** About 100 KB: some seconds of a talkative process. */
export const LINES_WAITING_MAX = 500;

/** What {@link createLineQueue} needs. */
export interface LineQueueOptions {
  /** Writes some bytes and gives their number; one call at a time. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** The line, its end included, that stands for `count` lines that were lost. */
  readonly lost: (count: number) => string;
}

/** Takes lines and writes them in their order. */
export interface LineQueue {
  /** Takes a line, its end included. Never throws and never waits. */
  push(line: string): void;
  /** Resolves once everything taken was written or given up; never while nobody reads. */
  drained(): Promise<void>;
}

/** Creates an empty queue. */
export function createLineQueue({ write, lost }: LineQueueOptions): LineQueue {
  const encoder = new TextEncoder();
  const waiting: string[] = [];
  let lostCount = 0;
  let writing: Promise<void> | undefined;

  function next(): string | undefined {
    const line = waiting.shift();
    if (line !== undefined || lostCount === 0) return line;
    const count = lostCount;
    lostCount = 0;
    return lost(count);
  }

  async function writeAll(): Promise<void> {
    for (let line = next(); line !== undefined; line = next()) {
      try {
        let rest = encoder.encode(line);
        // A pipe takes what it has room for.
        while (rest.length > 0) rest = rest.subarray(await write(rest));
      } catch {
        // Nobody reads any more, and there is no other place to say it.
      }
    }
    writing = undefined;
  }

  return {
    push(line: string): void {
      if (waiting.length >= LINES_WAITING_MAX) {
        lostCount++;
        return;
      }
      waiting.push(line);
      writing ??= Promise.resolve().then(writeAll);
    },
    async drained(): Promise<void> {
      await writing;
    },
  };
}
