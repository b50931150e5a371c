/**
 * Lines on standard output.
 *
 * Adapter: the process's standard output.
 *
 * @module
 */

import { createLineQueue, type LineQueue } from "../../kube/line_queue.ts";

/** Creates the way to standard output; a process that ends waits for it to be drained, but not for ever. */
export function createStdout(): LineQueue {
  return createLineQueue({
    write: (bytes) => Deno.stdout.write(bytes),
    lost: (count) => `${JSON.stringify({ level: "WARN", message: "Lines were lost", count })}\n`,
  });
}
