/**
 * Tells people through Kubernetes Events (`events.k8s.io/v1`), without ever getting in the way of the work.
 *
 * Recording never waits and never throws. What is said again within minutes is counted, not repeated; an
 * object of which too much is said is quiet for a while; a full queue drops, and the drops are counted.
 *
 * @module
 */

import type { JsonObject, KubeApi, ObjectName, Resource } from "./api.ts";
import type { Clock } from "./clock.ts";
import { createEventBudget, type EventBudget } from "./event_budget.ts";
import { errorText, type Logger } from "./logger.ts";
import { readMetadata } from "./object_metadata.ts";
import { EVENT } from "./resources.ts";

/** What is said. */
export interface EventNote {
  readonly regarding: {
    readonly resource: Resource;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: "Normal" | "Warning";
  /** CamelCase, at most 128 characters. */
  readonly reason: string;
  /** What was being done, at most 128 characters. */
  readonly action: string;
  /** Cut to 1 kB. */
  readonly note: string;
}

/** What a recorder needs. */
export interface EventRecorderOptions {
  readonly api: Pick<KubeApi, "create" | "patch">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Name of the controller, for example `example.com/my-controller`. */
  readonly reportingController: string;
  /** Name of this replica, at most 128 characters. */
  readonly reportingInstance: string;
}

/** How a recorder fares. */
export interface EventRecorderStats {
  readonly queued: number;
  readonly written: number;
  /** Said again within minutes, and counted in a series at most. */
  readonly repeated: number;
  /** Lost: the queue was full, the object's budget spent, or the API server refused. */
  readonly dropped: number;
}

/** Records Events. */
export interface EventRecorder {
  /** Never throws, never waits. */
  record(note: EventNote): void;
  /** Writes what was recorded until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
  stats(): EventRecorderStats;
}

/** Notes that wait to be written; with more of them nobody would read them. */
const QUEUE_MAX = 1_000;

/** Repeats within this time are only counted. */
const REPEAT_MS = 120_000;

/** A series that is quiet for longer has ended, as in client-go; the next note begins a new Event. */
const SERIES_END_MS = 360_000;

/** Series that are remembered; the one heard of longest ago is forgotten first. */
const SERIES_MAX = 4_096;

/** The API refuses longer notes. */
const NOTE_CHARACTERS_MAX = 1_000;

interface Series {
  count: number;
  readonly begunAtMs: number;
  lastAtMs: number;
  writtenAtMs: number;
  /** Absent until the API server has stored the Event. */
  name?: ObjectName;
}

type Job =
  | { readonly kind: "begin"; readonly note: EventNote; readonly series: Series }
  | { readonly kind: "repeat"; readonly series: Series };

/** Creates a recorder; nothing is written before {@link EventRecorder.run}. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { clock, log } = options;
  const known = new Map<string, Series>();
  const queue: Job[] = [];
  const budget: EventBudget = createEventBudget(clock);
  const counts = { written: 0, repeated: 0, dropped: 0 };
  let wake: () => void = () => undefined;

  function push(job: Job): void {
    if (queue.length >= QUEUE_MAX) {
      counts.dropped++;
      return;
    }
    queue.push(job);
    wake();
  }

  async function write(job: Job, signal: AbortSignal): Promise<void> {
    try {
      if (job.kind === "begin") job.series.name = await begin(job.note, options, signal);
      else await repeat(job.series, options, signal);
      counts.written++;
    } catch (error) {
      if (signal.aborted) return;
      counts.dropped++;
      log.warn("an Event could not be written", { error: errorText(error) });
    }
  }

  return {
    record(note): void {
      const key = keyOf(note);
      const nowMs = clock.now();
      const series = known.get(key);
      if (series !== undefined && nowMs - series.lastAtMs < SERIES_END_MS) {
        counts.repeated++;
        series.count++;
        series.lastAtMs = nowMs;
        if (nowMs - series.writtenAtMs < REPEAT_MS) return;
        series.writtenAtMs = nowMs;
        push({ kind: "repeat", series });
        return;
      }
      if (!budget.take(note.regarding.uid)) {
        counts.dropped++;
        return;
      }
      const fresh: Series = { count: 1, begunAtMs: nowMs, lastAtMs: nowMs, writtenAtMs: nowMs };
      known.delete(key);
      known.set(key, fresh);
      if (known.size > SERIES_MAX) known.delete(known.keys().next().value ?? key);
      push({ kind: "begin", note, series: fresh });
    },
    async run(signal): Promise<void> {
      while (!signal.aborted) {
        const job = queue.shift();
        if (job !== undefined) {
          await write(job, signal);
          continue;
        }
        const woken = Promise.withResolvers<void>();
        wake = woken.resolve;
        signal.addEventListener("abort", wake, { once: true });
        await woken.promise;
        signal.removeEventListener("abort", wake);
      }
    },
    stats: () => ({ queued: queue.length, ...counts }),
  };
}

/** The identity by which client-go tells series apart, and the note: other words say another thing. */
function keyOf({ regarding, type, reason, action, note }: EventNote): string {
  return [regarding.uid, type, reason, action, note].join("|");
}

async function begin(
  note: EventNote,
  { api, clock, reportingController, reportingInstance }: EventRecorderOptions,
  signal: AbortSignal,
): Promise<ObjectName> {
  const { regarding } = note;
  const object: JsonObject = {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { generateName: `${regarding.name.slice(0, 200)}.`, namespace: regarding.namespace },
    eventTime: microTime(clock.now()),
    reportingController,
    reportingInstance: reportingInstance.slice(0, 128),
    action: note.action,
    reason: note.reason,
    type: note.type,
    note: note.note.slice(0, NOTE_CHARACTERS_MAX),
    regarding: {
      apiVersion: apiVersionOf(regarding.resource),
      kind: regarding.resource.kind,
      namespace: regarding.namespace,
      name: regarding.name,
      uid: regarding.uid,
    },
  };
  const { namespace } = regarding;
  const stored = await api.create(EVENT, object, { namespace, signal });
  return { namespace, name: readMetadata(stored).name };
}

async function repeat(
  series: Series,
  { api }: EventRecorderOptions,
  signal: AbortSignal,
): Promise<void> {
  if (series.name === undefined) return;
  const body = { series: { count: series.count, lastObservedTime: microTime(series.lastAtMs) } };
  await api.patch(EVENT, series.name, { type: "merge", body }, { signal });
}

function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** RFC 3339 with microseconds, as MicroTime wants it. */
function microTime(instantMs: number): string {
  return new Date(instantMs).toISOString().replace("Z", "000Z");
}
