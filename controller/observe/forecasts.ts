/**
 * How every volume fills up: its samples are folded as they come, after what was kept of its past.
 *
 * ```text
 *                       nothing, or long ago                agent's hour, or none came
 *   reading the past ──────────────────────────► asking the agent ──────────────────────┐
 *        │ up to now                                                                    ▼
 *        └────────────────────────────────────────────────────────────────────────► following
 * ```
 *
 * Samples that come meanwhile wait, because a fold goes forward only.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import type { Forecast } from "../../lib/forecast/forecast.ts";
import { type Rates, ratesOf } from "../../lib/forecast/rates.ts";
import { type AgedSample, spaceSampleOf } from "../../lib/forecast/sample.ts";
import { timeToFull } from "../../lib/forecast/time_to_full.ts";
import { headroomOf } from "../../lib/threshold/pressure.ts";
import { millis, MINUTE, SECOND } from "../../lib/units/millis.ts";
import type { Known } from "../../lib/view/observation.ts";
import type { FileSystemSample, Volume } from "../../lib/view/volume.ts";
import type { History, PastVolume, VolumePast } from "../history/history.ts";
import { createPastReader } from "./past_reader.ts";
import {
  NO_RATES,
  type RateMemory,
  remember,
  rememberPast,
  timed,
  type TimedSample,
} from "./rate_memory.ts";

/** Three samples in each of the shortest slots: agents near a threshold tell more, and it would say no more. */
const FOLD_STEP_MS = 10 * SECOND;

/** Reports come every 30 seconds, give or take; each of those is kept, and none of what comes between. */
const RECORD_STEP_MS = 25 * SECOND;

/** So many samples wait for a past before it is given up: minutes, and a past takes seconds. */
const WAITING_SAMPLES_MAX = 6;

/** A past that ends longer ago than this is continued with what the agent remembers. */
const GAP_MS = 10 * MINUTE;

/** An answer may get lost, and an old agent may not understand it. */
const ASKS_MAX = 3;

/** What forecasts are made with. */
export interface ForecastDependencies {
  readonly history: History;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether this process leads, and so keeps what it sees. */
  readonly leads: () => boolean;
}

/** A volume whose forecast is wanted. */
export type FollowedVolume = PastVolume & Pick<Volume, "fileSystem" | "walHeadroom">;

/** Follows volumes by the UID of their claims: one that was replaced begins anew. */
export interface Forecasts {
  /**
   * The forecast of a volume as it is now; undefined until its past is known. The sample that counts is chosen
   * where a view is made, and so it is folded here.
   *
   * @param nowMs The present of the view, on the clock of its `observedAtMs`.
   */
  follow(volume: FollowedVolume, nowMs: number): Forecast | undefined;
  /** Whether the agent that measures the volume should hand over what it remembers. Asked at each answer. */
  wantsHistory(claimUid: string): boolean;
  /** Takes what an agent remembers of a volume, oldest first; it counts only where it was wanted. */
  supply(claimUid: string, samples: readonly AgedSample[]): void;
  forget(claimUid: string): void;
  /** Reads pasts until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
}

/** What a volume waits for before its samples are folded. */
interface Waiting {
  readonly for: "history" | "agent";
  readonly samples: readonly TimedSample[];
  readonly asks: number;
}

interface Followed {
  memory: RateMemory;
  rates: Rates;
  waiting: Waiting | undefined;
  recordedAtMs: number;
}

/** Creates forecasts that follow nothing. Their size is that of the claims in the cache. */
export function createForecasts(dependencies: ForecastDependencies): Forecasts {
  const { history, clock, log } = dependencies;
  const volumes = new Map<string, Followed>();
  const reader = createPastReader({ history, clock, log, onRead });

  function onRead(claimUid: string, past: VolumePast | undefined): void {
    const followed = volumes.get(claimUid);
    if (followed?.waiting?.for !== "history") return;
    const nowMs = clock.monotonic();
    if (past !== undefined) followed.memory = rememberPast(followed.memory, past, nowMs);
    const { newestAtMs } = followed.memory;
    if (newestAtMs !== undefined && nowMs - newestAtMs <= GAP_MS) return endWaiting(followed);
    followed.waiting = { ...followed.waiting, for: "agent" };
  }

  function begin(volume: PastVolume): Followed {
    // One that failed may work by now, and nothing but a read would tell.
    const isAsked = history.state().kind !== "off";
    const followed: Followed = {
      memory: NO_RATES,
      rates: ratesOf(NO_RATES.state),
      waiting: { for: isAsked ? "history" : "agent", samples: [], asks: 0 },
      recordedAtMs: -Infinity,
    };
    volumes.set(volume.claimUid, followed);
    if (isAsked) reader.want(pastVolume(volume));
    return followed;
  }

  return {
    follow(volume, nowMs): Forecast | undefined {
      const followed = volumes.get(volume.claimUid) ?? begin(volume);
      const { fileSystem, walHeadroom } = volume;
      if (fileSystem.kind === "known") {
        const takenAtMs = clock.monotonic() - (nowMs - fileSystem.observedAtMs);
        const sample = spaceSampleOf(fileSystem.value, walHeadroom);
        take(followed, { takenAtMs, sample }, fileSystem.source);
        if (dependencies.leads()) record(volume, followed, takenAtMs, history);
      }
      if (followed.waiting !== undefined) return undefined;
      return forecastNow(followed.rates, volume);
    },
    wantsHistory(claimUid): boolean {
      const followed = volumes.get(claimUid);
      const waiting = followed?.waiting;
      if (followed === undefined || waiting?.for !== "agent") return false;
      if (waiting.asks >= ASKS_MAX) endWaiting(followed);
      else followed.waiting = { ...waiting, asks: waiting.asks + 1 };
      return waiting.asks < ASKS_MAX;
    },
    supply(claimUid, samples): void {
      const followed = volumes.get(claimUid);
      if (followed?.waiting?.for !== "agent") return;
      followed.memory = timed(samples, clock.monotonic()).reduce(remember, followed.memory);
      endWaiting(followed);
    },
    forget(claimUid): void {
      volumes.delete(claimUid);
      reader.forget(claimUid);
      history.forget(claimUid);
    },
    run: reader.run,
  };
}

function pastVolume({ claimUid, namespace, claimName }: PastVolume): PastVolume {
  return { claimUid, namespace, claimName };
}

/** Folds a sample, or lets it wait. Views are made more often than samples come. */
function take(
  followed: Followed,
  timed: TimedSample,
  source: Known<FileSystemSample>["source"],
): void {
  const { memory, waiting } = followed;
  const newestAtMs = waiting?.samples.at(-1)?.takenAtMs ?? memory.newestAtMs ?? -Infinity;
  if (timed.takenAtMs < newestAtMs + FOLD_STEP_MS) return;
  if (waiting === undefined) {
    followed.memory = remember(memory, timed);
    followed.rates = ratesOf(followed.memory.state);
    return;
  }
  followed.waiting = { ...waiting, samples: [...waiting.samples, timed] };
  const hasAgent = source === "agent";
  const isLate = followed.waiting.samples.length >= WAITING_SAMPLES_MAX;
  if (isLate || (waiting.for === "agent" && !hasAgent)) endWaiting(followed);
}

function endWaiting(followed: Followed): void {
  const { waiting, memory } = followed;
  followed.waiting = undefined;
  followed.memory = (waiting?.samples ?? []).reduce(remember, memory);
  followed.rates = ratesOf(followed.memory.state);
}

function record(
  { fileSystem, walHeadroom, ...volume }: FollowedVolume,
  followed: Followed,
  takenAtMs: number,
  history: Pick<History, "record">,
): void {
  if (fileSystem.kind === "unknown" || takenAtMs < followed.recordedAtMs + RECORD_STEP_MS) return;
  followed.recordedAtMs = takenAtMs;
  const sample = spaceSampleOf(fileSystem.value, walHeadroom);
  if (sample.kind === "unknown") return;
  history.record({ volume: pastVolume(volume), sample, takenAtMs: fileSystem.observedAtMs });
}

/** The rates are those of the last fold, the room is that of now. */
function forecastNow(rates: Rates, { fileSystem, walHeadroom }: FollowedVolume): Forecast {
  if (fileSystem.kind === "unknown") {
    const notBeforeMs = millis(0);
    return { rates, timeToFull: { kind: "unknown", reason: "StaleSample", notBeforeMs } };
  }
  const { mostBytes } = headroomOf(fileSystem.value, walHeadroom);
  return { rates, timeToFull: timeToFull(mostBytes, rates) };
}
