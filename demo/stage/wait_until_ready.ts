/**
 * Waits for the manager to have seen everything that there is.
 *
 * Adapter: asks the manager over HTTP.
 *
 * @module
 */

import { pause, type Timers } from "../timers.ts";
import type { RunningManager } from "./start_manager.ts";

const RETRY_MS = 50;

/** It takes a tenth of a second; twenty are for machines that do much else. */
const LIMIT_MS = 20_000;

/**
 * Resolves once `url`, the manager's readiness probe, says yes.
 *
 * @throws {Error} If the manager ends before, or does not get ready in time.
 */
export async function waitUntilReady(
  url: string,
  manager: Pick<RunningManager, "ended">,
  timers: Timers,
): Promise<void> {
  const untilMs = timers.monotonic() + LIMIT_MS;
  while (!await isReady(url)) {
    if (timers.monotonic() > untilMs) {
      throw new Error(`Cannot start the manager: it is not ready after ${LIMIT_MS} ms`);
    }
    await Promise.race([
      pause(timers, RETRY_MS),
      manager.ended.then(() => {
        throw new Error("Cannot start the manager: it has ended");
      }),
    ]);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
