/**
 * Keeps one agent process running and ends only when told to (DESIGN §6).
 *
 * CloudNativePG calls an instance dead when any of its containers is in CrashLoopBackOff, so the first
 * process of ours must not end by itself, whatever becomes of the agent.
 *
 * ```text
 *   launching ──► running ──► (ended) ──► waiting 1 s … 60 s ──► launching
 *       └────────────┴─── stop: SIGTERM, 5 s, SIGKILL, 1 s ────────► done
 * ```
 *
 * @module
 */

import { raceAbort } from "../kube/abort.ts";
import type { Clock } from "../kube/clock.ts";
import { errorText, type Logger } from "../kube/logger.ts";

/** Signals that go to the agent. */
export type ChildSignal = "SIGTERM" | "SIGKILL" | "SIGHUP";

/** A running agent process. */
export interface ChildProcess {
  readonly pid: number;
  /** Resolves once the process has ended and was reaped, with how it ended. Never rejects. */
  readonly ended: Promise<string>;
  /** Sends a signal; does nothing when the process has ended. */
  signal(name: ChildSignal): void;
}

/** Wait after the first failure; doubled by each that follows. */
export const RESTART_MIN_MS = 1_000;

/** An instance is without its agent for no longer than this. */
export const RESTART_MAX_MS = 60_000;

/** An agent that ran this long was healthy: its end counts as a first failure. */
export const HEALTHY_MS = 300_000;

/** The agent has nothing to finish; this covers a loaded machine. */
export const TERMINATE_MS = 5_000;

/** A killed process that is still there hangs in the kernel, where nobody can help it. */
export const KILL_MS = 1_000;

/** What {@link createSupervisor} needs. */
export interface SupervisorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Starts an agent; rejects when that fails or `stop` is aborted. */
  readonly launch: (stop: AbortSignal) => Promise<ChildProcess>;
}

/** Supervises one agent at a time. */
export interface Supervisor {
  /** Resolves soon after `stop` is aborted, and not before. Never rejects. */
  run(stop: AbortSignal): Promise<void>;
  /** Passes a signal on to the agent, if there is one. */
  forward(name: ChildSignal): void;
}

/** Creates a {@link Supervisor}. */
export function createSupervisor({ clock, logger, launch }: SupervisorOptions): Supervisor {
  let child: ChildProcess | undefined;

  /** One life of an agent: how it ended. */
  async function live(stop: AbortSignal): Promise<string> {
    try {
      child = await raceAbort(launch(stop), stop);
    } catch (error) {
      return `could not be started: ${errorText(error)}`;
    }
    logger.info("The agent was started", { pid: child.pid });
    const how = await endUnlessStopped(child, stop);
    if (how === undefined) await terminate(child);
    child = undefined;
    return how ?? "was stopped";
  }

  async function terminate(process: ChildProcess): Promise<void> {
    process.signal("SIGTERM");
    if (await endsWithin(process, TERMINATE_MS)) return;
    // Nothing that may fail or wait comes before this.
    process.signal("SIGKILL");
    logger.warn("The agent did not end and was killed", { pid: process.pid });
    await endsWithin(process, KILL_MS);
  }

  async function endsWithin(process: ChildProcess, limitMs: number): Promise<boolean> {
    const disposal = new AbortController();
    const ended = process.ended.then(() => true);
    const late = clock.sleep(limitMs, disposal.signal).then(() => false, () => false);
    const inTime = await Promise.race([ended, late]);
    disposal.abort();
    return inTime;
  }

  return {
    async run(stop: AbortSignal): Promise<void> {
      let failures = 0;
      while (!stop.aborted) {
        const startedAtMs = clock.monotonic();
        const how = await live(stop);
        if (stop.aborted) break;
        const ranMs = clock.monotonic() - startedAtMs;
        failures = ranMs >= HEALTHY_MS ? 1 : failures + 1;
        const waitMs = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** (failures - 1));
        logger.warn(`The agent ${how}`, { ranMs: Math.round(ranMs), restartInMs: waitMs });
        await clock.sleep(waitMs, stop).catch(() => {});
      }
    },
    forward(name: ChildSignal): void {
      child?.signal(name);
    },
  };
}

/** How the process ended; `undefined` as soon as `stop` is aborted. */
function endUnlessStopped(process: ChildProcess, stop: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    function onStop(): void {
      resolve(undefined);
    }
    if (stop.aborted) onStop();
    stop.addEventListener("abort", onStop, { once: true });
    process.ended.then((how) => {
      // The signal lives as long as the container: each agent takes its listener along.
      stop.removeEventListener("abort", onStop);
      resolve(how);
    });
  });
}
