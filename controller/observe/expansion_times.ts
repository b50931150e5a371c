/**
 * How long volumes of a StorageClass take to grow, learnt from the StorageEvents of all clusters (DESIGN §5).
 *
 * @module
 */

import type { Event, VolumeProgress } from "../../lib/event/event.ts";
import { type Millis, millis, MINUTE } from "../../lib/units/millis.ts";

/** What was long ago, a provider may do better or worse by now. */
const NEWEST_MAX = 20;

/** One volume that took long is no habit. */
const NEWEST_MIN = 3;

/** Three of four expansions take no longer than what is called usual. */
const USUAL_SHARE = 0.75;

/** One expansion more hardly changes what hundreds came to: thousands of events are not counted at each of them. */
const RECOUNT_MS = MINUTE;

/** An event with where its claims are. */
export interface PlacedEvent {
  readonly namespace: string;
  readonly event: Event;
}

/** Where to learn from. */
export interface ExpansionTimesSources {
  readonly events: () => Iterable<PlacedEvent>;
  /** Undefined where there is no such claim any more, or it names no class. */
  readonly storageClassOf: (
    claim: { readonly namespace: string; readonly name: string; readonly uid: string },
  ) => string | undefined;
  readonly monotonicMs: () => number;
}

/** Where the times are read. */
export interface ExpansionTimesReader {
  /** The time that three of four volumes of the class need at most; undefined where too few have grown. */
  usual(storageClass: string): Millis | undefined;
}

/** Counts when it is asked, and again once there is news. */
export interface ExpansionTimes extends ExpansionTimesReader {
  /** An event came, changed or went. */
  invalidate(): void;
}

interface Grown {
  readonly finishedAtMs: Millis;
  readonly durationMs: Millis;
}

/** Creates times that are counted when they are first asked for. */
export function createExpansionTimes(sources: ExpansionTimesSources): ExpansionTimes {
  let usual: ReadonlyMap<string, Millis> = new Map();
  let countedAtMs = -Infinity;
  let isOutdated = true;
  return {
    invalidate(): void {
      isOutdated = true;
    },
    usual(storageClass): Millis | undefined {
      const nowMs = sources.monotonicMs();
      if (isOutdated && nowMs >= countedAtMs + RECOUNT_MS) {
        usual = count(sources);
        countedAtMs = nowMs;
        isOutdated = false;
      }
      return usual.get(storageClass);
    },
  };
}

function count(sources: ExpansionTimesSources): ReadonlyMap<string, Millis> {
  const classes = new Map<string, Grown[]>();
  for (const { namespace, event } of sources.events()) {
    if (event.dryRun) continue;
    for (const progress of event.status.volumes) {
      const grown = grownOf(progress);
      if (grown === undefined) continue;
      const { claimName: name, claimUid: uid } = progress;
      const storageClass = sources.storageClassOf({ namespace, name, uid });
      if (storageClass === undefined) continue;
      const others = classes.get(storageClass);
      if (others === undefined) classes.set(storageClass, [grown]);
      else others.push(grown);
    }
  }
  return new Map([...classes].flatMap(([name, grown]): [string, Millis][] => {
    const usual = usualOf(grown);
    return usual === undefined ? [] : [[name, usual]];
  }));
}

/** Both times are stamps of one clock that may have been set meanwhile: what ended before it began is none. */
function grownOf({ step, requestedAtMs, finishedAtMs }: VolumeProgress): Grown | undefined {
  if (step !== "Verified" || requestedAtMs === undefined || finishedAtMs === undefined) {
    return undefined;
  }
  const durationMs = millis(finishedAtMs - requestedAtMs);
  return durationMs < 0 ? undefined : { finishedAtMs, durationMs };
}

/** The upper quartile of the newest. */
function usualOf(grown: readonly Grown[]): Millis | undefined {
  if (grown.length < NEWEST_MIN) return undefined;
  const durations = grown
    .toSorted((first, second) => second.finishedAtMs - first.finishedAtMs)
    .slice(0, NEWEST_MAX)
    .map(({ durationMs }) => durationMs)
    .sort((first, second) => first - second);
  return durations[Math.ceil(USUAL_SHARE * durations.length) - 1];
}
