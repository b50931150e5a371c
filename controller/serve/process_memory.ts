/**
 * Memory of this process.
 *
 * Adapter: the runtime's own account of its memory.
 *
 * @module
 */

import type { MemoryUse } from "./controller_metrics.ts";

/** Reads the memory in use. */
export function readProcessMemory(): MemoryUse {
  const { rss, heapUsed } = Deno.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed };
}
