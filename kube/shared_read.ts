/**
 * Reads of a file that hangs, without a new one each time.
 *
 * @module
 */

import type { ReadTextFile } from "./connection.ts";

/**
 * Gives whoever asks for a file that is being read the result of that read. A read that hangs holds a
 * thread of the runtime, and there are few: it must stay the only one of its file.
 */
export function shareReads(readTextFile: ReadTextFile): ReadTextFile {
  const reads = new Map<string, Promise<string>>();
  return function readShared(path: string): Promise<string> {
    const underWay = reads.get(path);
    if (underWay !== undefined) return underWay;
    const read = readTextFile(path).finally(() => reads.delete(path));
    reads.set(path, read);
    return read;
  };
}
