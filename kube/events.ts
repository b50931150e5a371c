/**
 * Records Kubernetes Events without ever standing in the way of who records them.
 *
 * @module
 */

import { ApiError, type KubeApi } from "./api.ts";
import type { Clock, Random } from "./clock.ts";
import { createEventLedger, type EventEntry } from "./event_ledger.ts";
import { type EventNotice, eventObject, seriesPatch } from "./event_object.ts";
import { errorText, type Logger } from "./logger.ts";
import { EVENT } from "./resources.ts";

/** As client-go's broadcaster. */
const QUEUE_MAX = 1_000;

/** Counts of what became of notices. */
export interface EventCounts {
  /** Requests that the server accepted: new Events and repetitions told to it. */
  readonly sent: number;
  /** Repetitions that were counted only. */
  readonly deduplicated: number;
  /** Notices that were dropped: the queue was full, or their object too talkative. */
  readonly dropped: number;
  /** Requests that failed. */
  readonly failed: number;
  readonly queued: number;
}

/** Takes notices and sends Events in the background. */
export interface EventRecorder {
  /** Never throws and never waits. */
  record(notice: EventNotice): void;
  counts(): EventCounts;
  /** Resolves once everything recorded so far was sent or given up. */
  flush(): Promise<void>;
  /** Gives up what is queued and under way; later notices are dropped. */
  close(): void;
}

/** What a recorder takes from the outside. */
export interface EventRecorderOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Shown as the source, for example `example.org/manager`. */
  readonly reportingController: string;
  /** Tells replicas apart: the pod's name. */
  readonly reportingInstance: string;
}

/** Creates a recorder with nothing to send. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const ledger = createEventLedger(options.clock);
  const queue: EventEntry[] = [];
  const closing = new AbortController();
  const counts = { sent: 0, deduplicated: 0, dropped: 0, failed: 0 };
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      try {
        await send(options, entry, closing.signal);
        counts.sent++;
      } catch (error) {
        counts.failed++;
        ledger.forget(entry);
        const { reason, regarding } = entry.notice;
        const about = `${regarding.kind} ${regarding.namespace ?? ""}/${regarding.name}`;
        options.log.warn("An event was not recorded", { about, reason, error: errorText(error) });
      }
    }
    sending = undefined;
  }

  return {
    record(notice: EventNotice): void {
      if (closing.signal.aborted || queue.length >= QUEUE_MAX) {
        counts.dropped++;
        return;
      }
      const verdict = ledger.admit(notice);
      switch (verdict.kind) {
        case "counted":
          counts.deduplicated++;
          return;
        case "spam":
          counts.dropped++;
          return;
        case "send":
          queue.push(verdict.entry);
          sending ??= Promise.resolve().then(sendAll);
          return;
        default:
          verdict satisfies never;
      }
    },
    counts: () => ({ ...counts, queued: queue.length }),
    async flush(): Promise<void> {
      await sending;
    },
    close(): void {
      counts.dropped += queue.length;
      queue.length = 0;
      closing.abort(new Error("Cannot record events: the recorder is closed"));
    },
  };
}

/** The first notice makes an Event; what repeats it is told to that Event as a series. */
async function send(
  options: EventRecorderOptions,
  entry: EventEntry,
  signal: AbortSignal,
): Promise<void> {
  const { api, clock } = options;
  const namespace = entry.notice.regarding.namespace ?? "default";
  if (entry.name !== undefined) {
    const patch = seriesPatch(entry.count, entry.lastSeenMs);
    try {
      await api.patch(EVENT, { namespace, name: entry.name }, patch, { signal });
      return;
    } catch (error) {
      // Events live for an hour; a series may outlast the one that it began with.
      if (!(error instanceof ApiError && error.isNotFound)) throw error;
    }
  }
  const object = eventObject(entry.notice, { ...options, nowMs: clock.now() });
  await api.create(EVENT, object, { namespace, signal });
  entry.name = object.metadata.name;
}
