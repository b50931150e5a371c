/**
 * Deletes StorageEvents that are old or too many (PRD Retention Policy, DESIGN §7).
 *
 * @module
 */

import type { Logger } from "../../kube/logger.ts";
import type { Event } from "../../lib/event/event.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { DAY, type Millis, millis } from "../../lib/units/millis.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { answerOf, classify, during, type Failure } from "./failure.ts";
import type { ActDependencies } from "./ports.ts";
import { isOpen } from "./same_cause.ts";
import { createWriter, type Writer } from "./writer.ts";

/** How long and how many StorageEvents are kept. */
export interface RetentionLimits {
  /** @default {30 days, PRD Retention Policy} */
  readonly retentionMs?: Millis | undefined;
  /** Most events of one cluster. @default {200} */
  readonly perClusterMax?: number | undefined;
}

const RETENTION_MS = millis(30 * DAY);

/** A cluster that has this many within a month is in trouble that the newest ones tell of. */
const PER_CLUSTER_MAX = 200;

/** Deletions of one sweep: more than a cluster makes in the hour between two, so that none piles up. */
const DELETIONS_PER_SWEEP_MAX = 200;

/** What a sweep did. */
export interface Sweep {
  readonly deleted: number;
  /** Events that are due and were left to the next sweep. */
  readonly left: number;
  readonly failure?: Failure | undefined;
}

/** Sweeps the events of one cluster. Never rejects; the first failure ends the sweep. */
export type Sweeper = (
  namespace: string,
  clusterName: string,
  signal: AbortSignal,
) => Promise<Sweep>;

/**
 * The events to delete: finished ones past their time, then of a cluster that has too many the records of dry
 * runs, then alerts, then other finished ones, each oldest first: alerts must not push operations out.
 *
 * An open event is the only state of an operation and is never among them; nor is the one that answers
 * `requestedAt`, the request that the Cluster's annotation still makes: without it the request would be honoured a
 * second time.
 */
export function dueEvents(
  events: readonly Event[],
  nowMs: Millis,
  limits: RetentionLimits = {},
  requestedAt = "",
): Event[] {
  const { retentionMs = RETENTION_MS, perClusterMax = PER_CLUSTER_MAX } = limits;
  const finished = events
    .filter((event) => !isOpen(event) && !answers(event, requestedAt))
    .toSorted((first, second) => first.createdAtMs - second.createdAtMs);
  const expired = finished.filter(({ createdAtMs }) => createdAtMs < nowMs - retentionMs);
  const excess = Math.max(0, events.length - expired.length - perClusterMax);
  const surplus = finished
    .filter((event) => !expired.includes(event))
    .toSorted((first, second) => worth(first) - worth(second))
    .slice(0, excess);
  return [...expired, ...surplus];
}

/** What goes first is worth least: breaker, cooldowns and budgets are told from operations alone. */
function worth({ dryRun, eventType }: Event): number {
  if (dryRun) return 0;
  return eventType === "alert" ? 1 : 2;
}

function answers({ manualRequestedAt }: Event, requestedAt: string): boolean {
  return manualRequestedAt !== undefined && manualRequestedAt === requestedAt;
}

/** Creates the sweeper. */
export function createSweeper(
  dependencies: Pick<ActDependencies, "api" | "clock" | "fold" | "latest" | "mayWrite"> & {
    readonly logger: Logger;
  },
  limits: RetentionLimits = {},
): Sweeper {
  return async function sweep(namespace, clusterName, signal): Promise<Sweep> {
    const writer = createWriter(dependencies, signal);
    const events = dependencies.latest.events(namespace, clusterName);
    const requestedAt = dependencies.latest
      .annotations(namespace, clusterName)?.[ANNOTATION.expansionRequested];
    const due = dueEvents(events, millis(dependencies.clock.now()), limits, requestedAt);
    let deleted = 0;
    for (const event of due.slice(0, DELETIONS_PER_SWEEP_MAX)) {
      try {
        await deleteEvent(namespace, event, writer);
      } catch (error) {
        const failure = classify(error);
        dependencies.logger.warn("deleting old StorageEvents failed", {
          namespace,
          cluster: clusterName,
          ...failure,
        });
        return { deleted, left: due.length - deleted, failure };
      }
      deleted++;
    }
    return { deleted, left: due.length - deleted };
  };
}

/** One that is gone already, or was made anew under its name, is not ours to delete any more. */
async function deleteEvent(namespace: string, event: Event, writer: Writer): Promise<void> {
  try {
    await during(
      `deleting StorageEvent ${namespace}/${event.name}`,
      () => writer.delete(STORAGE_EVENTS, { namespace, name: event.name }, event.uid),
    );
  } catch (error) {
    const answer = answerOf(error);
    if (answer?.isNotFound || answer?.isConflict) return;
    throw error;
  }
}
