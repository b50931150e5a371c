/**
 * Waiting until a process answers over HTTP.
 *
 * @module
 */

import { type LabProcess } from "./process.ts";
import { waitUntil } from "./wait.ts";

/**
 * Resolves when `url` answers with success, and returns how many milliseconds that took.
 *
 * @throws {Error} with the end of the process's log, at the limit or as soon as the process ends
 */
export async function waitForHttp(
  process: LabProcess,
  url: string,
  options: {
    readonly limitMs: number;
    /** For certificates; the caller closes it. */
    readonly client?: Deno.HttpClient | undefined;
  },
): Promise<number> {
  const { limitMs, client } = options;
  const startedAt = performance.now();
  try {
    return await waitUntil(`${process.name} answer ${url}`, async () => {
      const response = await fetch(url, client === undefined ? {} : { client });
      await response.body?.cancel();
      return response.ok ? performance.now() - startedAt : undefined;
    }, {
      limitMs,
      hopeless: () => process.status() === undefined ? undefined : "it ended",
    });
  } catch (cause) {
    throw new Error(`Cannot reach ${process.name}; the end of its log:\n${process.tail()}`, {
      cause,
    });
  }
}
