/**
 * Decides when to work on what: one worker for each key, never two at once (DESIGN §3).
 *
 * ```text
 *             mark                 a place is free
 *   resting ───────► ready ──────────────────────────► running
 *    ▲  ▲              ▲                                │  │ │
 *    │  └── wake-up ───┤         marked meanwhile       │  │ │
 *    │                 └────────────────────────────────┘  │ │
 *    │                 ▲    the retry is due               │ │
 *    │                 └──────────── failed ◄──────────────┘ │
 *    └───────────────────── done ────────────────────────────┘
 * ```
 *
 * Marks are coalesced: however often a key is marked, it is worked on once, after the last mark. Handlers
 * never sleep; they return when they want to be woken.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "../../kube/abort.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import { type Alarms, createAlarms } from "./alarms.ts";
import { oldestNewsMs, type QueueStats } from "./queue_stats.ts";
import { retryDelayMs } from "./retry_delay.ts";

/** What a handler says when its work is done. */
export interface WorkResult {
  /**
   * Time from now at which to work on the key again although nobody marks it. It takes the place of what
   * earlier work asked for; absent: the key rests.
   */
  readonly wakeInMs?: number | undefined;
}

/**
 * Works on one key. A rejection is a failure: the key is tried again later. `signal` is aborted when the
 * work takes too long or the process has no time left.
 */
export type Handler = (key: string, signal: AbortSignal) => Promise<WorkResult>;

/** What a queue is told when it is made. */
export interface KeyedQueueOptions {
  readonly handle: Handler;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every failure, with the time until the key is tried again. */
  readonly onFailure: (key: string, error: unknown, retryInMs: number) => void;
  /** How many keys are worked on at the same time. @default {8} */
  readonly concurrency?: number | undefined;
  /** Most keys that are held. @default {10_000} */
  readonly keysMax?: number | undefined;
}

/** Runs handlers for keys. */
export interface KeyedQueue {
  /** There is news about the key. False if it was turned away: the queue is full or has been stopped. */
  mark(key: string): boolean;
  /**
   * Works on the key after `delayMs` at the latest: of several wake-ups the earliest counts, and work that
   * begins sooner takes its place. False if the key was turned away.
   */
  wakeIn(key: string, delayMs: number): boolean;
  stats(): QueueStats;
  /**
   * Takes no more work and waits until what runs has ended; after `limitMs` it is aborted. Resolves with the
   * keys that still ran then, none if all ended by themselves.
   */
  stop(limitMs: number): Promise<readonly string[]>;
}

/** Clusters are few and writing is limited elsewhere; this bounds what is held in memory at a time. */
export const CONCURRENCY = 8;

/** Ten times the largest installation that is measured (DESIGN §11). */
export const KEYS_MAX = 10_000;

/** A plan is carried out in a few requests of 10 s each; work that takes longer has lost its way. */
export const WORK_MS_MAX = 120_000;

/**
 * News about a key whose work has failed waits this long at most: an emergency must not sit out the back-off
 * of an earlier failure, and news that comes every moment must not defeat the back-off.
 */
export const NEWS_WAIT_MS_MAX = 1_000;

/** The next wake-up comes no sooner: a wake-up that is due already must not become a busy loop. */
export const WAKE_MS_MIN = 100;

interface KeyState {
  running: boolean;
  /** There was news while it ran. */
  marked: boolean;
  failures: number;
  failedAtMs: number;
  /** When the first news came that nobody has worked on yet. */
  newsSinceMs: number | undefined;
}

/** The queue itself; every function below works on it. */
interface Core {
  readonly options: KeyedQueueOptions;
  readonly concurrency: number;
  readonly keysMax: number;
  readonly keys: Map<string, KeyState>;
  /** In the order of their marks; a set, because a key stands in it once. */
  readonly ready: Set<string>;
  readonly running: Set<string>;
  readonly alarms: Alarms;
  readonly counts: { started: number; succeeded: number; failed: number; refused: number };
  /** Aborted when what still runs has no time left. */
  readonly overtime: AbortController;
  stopped: boolean;
  onIdle: () => void;
}

/** Creates a queue that begins to work with the first mark. */
export function createKeyedQueue(options: KeyedQueueOptions): KeyedQueue {
  const core: Core = {
    options,
    concurrency: options.concurrency ?? CONCURRENCY,
    keysMax: options.keysMax ?? KEYS_MAX,
    keys: new Map(),
    ready: new Set(),
    running: new Set(),
    alarms: createAlarms(options.clock, (key) => onAlarm(core, key)),
    counts: { started: 0, succeeded: 0, failed: 0, refused: 0 },
    overtime: new AbortController(),
    stopped: false,
    onIdle: () => {},
  };
  return {
    mark: (key) => mark(core, key),
    wakeIn: (key, delayMs) => wakeIn(core, key, delayMs),
    stats: () => statsOf(core),
    stop: (limitMs) => stop(core, limitMs),
  };
}

function mark(core: Core, key: string): boolean {
  const state = admit(core, key);
  if (state === undefined) return false;
  state.newsSinceMs ??= core.options.clock.monotonic();
  if (state.running) state.marked = true;
  else if (core.ready.has(key)) return true;
  else if (state.failures > 0) core.alarms.set(key, newsDueMs(core, state));
  else makeReady(core, key);
  return true;
}

function wakeIn(core: Core, key: string, delayMs: number): boolean {
  if (admit(core, key) === undefined) return false;
  if (!core.ready.has(key)) core.alarms.set(key, core.options.clock.monotonic() + delayMs);
  return true;
}

/** The state of a key, made if it is new; undefined if it is turned away. */
function admit(core: Core, key: string): KeyState | undefined {
  const known = core.keys.get(key);
  if (known !== undefined && !core.stopped) return known;
  if (core.stopped || core.keys.size >= core.keysMax) {
    core.counts.refused++;
    return undefined;
  }
  const state: KeyState = {
    running: false,
    marked: false,
    failures: 0,
    failedAtMs: 0,
    newsSinceMs: undefined,
  };
  core.keys.set(key, state);
  return state;
}

function newsDueMs(core: Core, state: KeyState): number {
  return Math.max(core.options.clock.monotonic(), state.failedAtMs + NEWS_WAIT_MS_MAX);
}

function onAlarm(core: Core, key: string): void {
  const state = core.keys.get(key);
  if (state?.running) state.marked = true;
  else makeReady(core, key);
}

function makeReady(core: Core, key: string): void {
  // What the alarm would have asked for is done by the work that comes now.
  core.alarms.clear(key);
  core.ready.add(key);
  pump(core);
}

/** Begins as much work as there are places. */
function pump(core: Core): void {
  for (const key of core.ready) {
    if (core.stopped || core.running.size >= core.concurrency) return;
    core.ready.delete(key);
    const state = core.keys.get(key);
    if (state !== undefined) void work(core, key, state);
  }
}

async function work(core: Core, key: string, state: KeyState): Promise<void> {
  core.running.add(key);
  state.running = true;
  state.marked = false;
  state.newsSinceMs = undefined;
  core.counts.started++;
  try {
    noteSuccess(core, key, state, await runHandler(core, key));
  } catch (error) {
    noteFailure(core, key, state, error);
  } finally {
    core.running.delete(key);
    state.running = false;
    settle(core, key, state);
  }
}

async function runHandler(core: Core, key: string): Promise<WorkResult> {
  const { clock, handle } = core.options;
  using link = linkAbort(core.overtime.signal);
  using _limit = startWatchdog(clock, WORK_MS_MAX, () => {
    link.abort(new Error(`Cannot go on working on ${key}: it took ${WORK_MS_MAX} ms`));
  });
  return await handle(key, link.signal);
}

function noteSuccess(core: Core, key: string, state: KeyState, { wakeInMs }: WorkResult): void {
  core.counts.succeeded++;
  state.failures = 0;
  if (wakeInMs === undefined) return;
  core.alarms.set(key, core.options.clock.monotonic() + Math.max(wakeInMs, WAKE_MS_MIN));
}

function noteFailure(core: Core, key: string, state: KeyState, error: unknown): void {
  core.counts.failed++;
  state.failures++;
  state.failedAtMs = core.options.clock.monotonic();
  const retryInMs = retryDelayMs(state.failures, core.options.random);
  core.alarms.set(key, state.failedAtMs + retryInMs);
  core.options.onFailure(key, error, retryInMs);
}

/** Sends a key where it belongs after its work. */
function settle(core: Core, key: string, state: KeyState): void {
  if (core.stopped) core.alarms.clear(key);
  else if (state.marked && state.failures > 0) core.alarms.set(key, newsDueMs(core, state));
  else if (state.marked) makeReady(core, key);
  else if (!core.alarms.has(key)) core.keys.delete(key);
  pump(core);
  if (core.running.size === 0) core.onIdle();
}

function statsOf(core: Core): QueueStats {
  return {
    oldestMs: oldestNewsMs(core.keys.values(), core.options.clock.monotonic()),
    ...core.counts,
    ready: core.ready.size,
    running: core.running.size,
    waiting: core.alarms.size,
    failing: [...core.keys.values()].filter(({ failures }) => failures > 0).length,
  };
}

async function stop(core: Core, limitMs: number): Promise<readonly string[]> {
  core.stopped = true;
  core.alarms.clearAll();
  core.ready.clear();
  const idle = new Promise<readonly string[]>((resolve) => {
    core.onIdle = () => resolve([]);
    if (core.running.size === 0) resolve([]);
  });
  const inTime = new AbortController();
  const late = core.options.clock.sleep(limitMs, inTime.signal)
    .then(() => [...core.running], () => []);
  const left = await Promise.race([idle, late]);
  inTime.abort();
  if (left.length > 0) {
    core.overtime.abort(new Error(`Cannot go on working: it was asked to end ${limitMs} ms ago`));
  }
  return left;
}
