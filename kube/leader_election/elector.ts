/**
 * Leader election by a Lease: of several candidates one leads, and never two.
 *
 * ```text
 *              claimed                        stop, then release()
 *   candidate ─────────► leader ─────────────────────────────────► released
 *                          │ not renewed in time, or another holds it
 *                          └───────────────────────────────────────► lost
 * ```
 *
 * A leader counts its time from before the request that renewed the Lease, for `renewDeadlineMs`; others count
 * from after the answer that showed them the renewal, for the longer `leaseDurationMs`. Whatever lies between,
 * lost or late requests and answers, a process that stood still, only widens that distance.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "../abort.ts";
import type { CallOptions, KubeApi } from "../api.ts";
import type { Clock, Random } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { describeFailure } from "./describe_failure.ts";
import { type Claim, createLeaseClaim, type LeaseClaim } from "./lease_claim.ts";
import { DEFAULT_LEASE_TIMING, type LeaseTiming, timingProblem } from "./lease_timing.ts";

/** Waits are shortened by up to this share at random, so that candidates do not ask in step. */
const JITTER = 0.2;

/** Within the renewal deadline a connection that hangs must leave time for another try. */
const TRIES_IN_DEADLINE = 2;

/** Giving up is a courtesy that saves others the wait: the process that ends does not wait long for it. */
const RELEASE_MS = 2_000;

/** A release meets at most a late renewal of our own, and then what another has taken. */
const RELEASE_TRIES = 3;

/** What an elector is made of. */
export interface ElectorOptions {
  readonly api: Pick<KubeApi, "get" | "create" | "replace">;
  readonly lease: { readonly namespace: string; readonly name: string };
  /** Tells candidates apart: no two processes that ever run may share one, not even one after the other. */
  readonly identity: string;
  /** @default {DEFAULT_LEASE_TIMING} */
  readonly timing?: LeaseTiming | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called once, when this candidate begins to lead. */
  readonly onLeading?: (() => void) | undefined;
  /** Called with the identity of every leader, this one included, when it is first seen. */
  readonly onLeader?: ((identity: string) => void) | undefined;
}

/** How the election stands, as seen from one candidate. */
export interface ElectionStatus {
  readonly leads: boolean;
  /** Identity of who leads; undefined if nobody is known to. */
  readonly leader: string | undefined;
  /** How often the Lease went from one holder to another. */
  readonly transitions: number;
  /** Why the last try failed, undefined if it did not. */
  readonly trouble: string | undefined;
}

/** One candidate. */
export interface Elector {
  /**
   * Competes, and leads for as long as it can; called once. Resolves with "lost" when another leads or the
   * Lease could not be renewed in time, with "stopped" when `signal` is aborted: it may lead for a moment
   * longer then, until {@link Elector.release} or the deadline.
   */
  run(signal: AbortSignal): Promise<"lost" | "stopped">;
  /**
   * Whether this candidate leads now. Once false after having been true, false for ever. Costs nothing, and
   * is to be asked right before everything that only a leader may do.
   */
  isLeader(): boolean;
  status(): ElectionStatus;
  /** Leads no more, and gives the Lease to whoever comes. To be called when all work has ended. Never rejects. */
  release(): Promise<void>;
}

/** An elector at work; every function below works on it. */
interface Core {
  readonly options: ElectorOptions;
  readonly timing: LeaseTiming;
  readonly claim: LeaseClaim;
  /** Monotonic time until which this candidate leads; undefined if it does not, or does no more. */
  termEndsMs: number | undefined;
  leader: string | undefined;
  trouble: string | undefined;
}

type Outcome = Claim | { readonly kind: "failed" };

/**
 * Creates a candidate that does not compete yet.
 *
 * @throws {RangeError} If the timing would not keep two from leading at once.
 */
export function createElector(options: ElectorOptions): Elector {
  const { api, lease, identity, clock, timing = DEFAULT_LEASE_TIMING } = options;
  const problem = timingProblem(timing);
  if (problem !== undefined) throw new RangeError(`Cannot elect a leader: ${problem}`);
  const { leaseDurationMs } = timing;
  const claim = createLeaseClaim({ api, name: lease, identity, leaseDurationMs, clock });
  const core: Core = {
    options,
    timing,
    claim,
    termEndsMs: undefined,
    leader: undefined,
    trouble: undefined,
  };
  return {
    run: (signal) => run(core, signal),
    isLeader: () => isLeader(core),
    status: () => statusOf(core),
    release: () => release(core),
  };
}

function isLeader({ termEndsMs, options }: Core): boolean {
  return termEndsMs !== undefined && options.clock.monotonic() < termEndsMs;
}

function statusOf(core: Core): ElectionStatus {
  const { claim, trouble, options } = core;
  const leads = isLeader(core);
  const other = claim.freeInMs() > 0 ? claim.seen()?.holder : undefined;
  const leader = leads ? options.identity : other;
  return { leads, leader, transitions: claim.seen()?.transitions ?? 0, trouble };
}

async function run(core: Core, signal: AbortSignal): Promise<"lost" | "stopped"> {
  if (!await acquire(core, signal)) return "stopped";
  core.options.logger.info("this process leads", { identity: core.options.identity });
  core.options.onLeading?.();
  return await keep(core, signal);
}

/** Resolves with true when this candidate leads, with false when `signal` is aborted. */
async function acquire(core: Core, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const startedMs = core.options.clock.monotonic();
    const outcome = await attempt(core, core.timing.renewDeadlineMs, signal);
    if (outcome.kind === "ours" && !signal.aborted) {
      core.termEndsMs = startedMs + core.timing.renewDeadlineMs;
      // An answer may come so late that the Lease must be renewed before it can be used.
      if (isLeader(core)) return true;
      core.termEndsMs = undefined;
      continue;
    }
    const freeInMs = outcome.kind === "theirs" ? outcome.freeInMs : Infinity;
    await pause(core, Math.min(retryMs(core), freeInMs), signal);
  }
  return false;
}

/** Renews until that fails for too long. */
async function keep(core: Core, signal: AbortSignal): Promise<"lost" | "stopped"> {
  const { clock } = core.options;
  for (;;) {
    await pause(core, Math.min(retryMs(core), leftMs(core)), signal);
    if (signal.aborted) return "stopped";
    if (!isLeader(core)) return lose(core, "it was not renewed in time");
    const startedMs = clock.monotonic();
    const outcome = await attempt(core, leftMs(core), signal);
    // A renewal whose answer came after the deadline is too late: nobody may lead again who once did not.
    if (!isLeader(core)) return lose(core, "it was not renewed in time");
    if (outcome.kind === "theirs") return lose(core, `${core.leader} holds it`);
    if (outcome.kind === "ours") core.termEndsMs = startedMs + core.timing.renewDeadlineMs;
  }
}

function leftMs({ termEndsMs = 0, options }: Core): number {
  return Math.max(0, termEndsMs - options.clock.monotonic());
}

function lose(core: Core, why: string): "lost" {
  core.termEndsMs = undefined;
  const { lease, identity, logger } = core.options;
  logger.error("the lease is lost", { ...lease, identity, why, trouble: core.trouble });
  return "lost";
}

/** Tries once, for `limitMs` at the longest. Never rejects. */
async function attempt(core: Core, limitMs: number, signal: AbortSignal): Promise<Outcome> {
  using link = linkAbort(signal);
  using _limit = startWatchdog(core.options.clock, limitMs, () => {
    link.abort(new Error(`Cannot hold the lease: expected an end within ${limitMs} ms`));
  });
  try {
    const outcome = await core.claim.claim(callOptions(core, link.signal));
    core.trouble = undefined;
    tellLeader(core);
    return outcome;
  } catch (error) {
    if (!signal.aborted) noteTrouble(core, error);
    return { kind: "failed" };
  }
}

function callOptions({ timing }: Core, signal: AbortSignal): CallOptions {
  return { signal, lane: "lease", deadlineMs: timing.renewDeadlineMs / TRIES_IN_DEADLINE };
}

function tellLeader(core: Core): void {
  const holder = core.claim.seen()?.holder;
  if (holder === undefined || holder === "" || holder === core.leader) return;
  core.leader = holder;
  core.options.logger.info("a leader is elected", { leader: holder });
  core.options.onLeader?.(holder);
}

/** The same trouble every two seconds is told once. */
function noteTrouble(core: Core, error: unknown): void {
  const trouble = describeFailure(core.options.lease, error);
  if (trouble !== core.trouble) {
    core.options.logger.warn("the lease cannot be reached", { error: trouble });
  }
  core.trouble = trouble;
}

function retryMs({ timing, options }: Core): number {
  return timing.retryPeriodMs * (1 - JITTER * options.random());
}

/** Resolves early when `signal` is aborted. */
async function pause({ options }: Core, durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await options.clock.sleep(durationMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function release(core: Core): Promise<void> {
  core.termEndsMs = undefined;
  const giveUp = new AbortController();
  using _limit = startWatchdog(core.options.clock, RELEASE_MS, () => {
    giveUp.abort(new Error(`Cannot release the lease: expected an end within ${RELEASE_MS} ms`));
  });
  try {
    for (let tries = 0; tries < RELEASE_TRIES; tries++) {
      if (await core.claim.release(callOptions(core, giveUp.signal)) !== "raced") return;
    }
  } catch (error) {
    const { logger, lease } = core.options;
    logger.warn("the lease was not released", { error: describeFailure(lease, error) });
  }
}
