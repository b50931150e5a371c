/**
 * How the controller is doing, for whoever asks: the metrics, and whether it is ready.
 *
 * @module
 */

import type { Limiter } from "../kube/limiter.ts";
import type { Controller } from "./create_controller.ts";
import type { History, HistoryState } from "./history/history.ts";
import type { Candidacy } from "./lead/mod.ts";
import { explainWatch } from "./reconcile/explain_watch.ts";
import { createWatchHealth, HEARD_WITHIN_MS } from "./reconcile/watch_health.ts";
import type { LaneHealth, Metrics, MetricsText, Probe, QueueHealth } from "./serve/mod.ts";

/** What runs, and is asked. */
export interface Running {
  readonly controller: Controller;
  /** Absent: no leader is elected. */
  readonly candidacy: Candidacy | undefined;
  readonly metrics: Metrics;
  /** The limiter of all requests but those of the election. */
  readonly limiter: Pick<Limiter, "state">;
  readonly history: Pick<History, "state">;
}

/** The metrics, with what changes without being told as it is when they are printed. */
export function metricsOf(
  { controller, candidacy, metrics, limiter, history }: Running,
): Pick<Metrics, "print"> {
  const readWatchHealth = createWatchHealth({ observer: controller.observer, metrics });
  return {
    print(): Promise<MetricsText> {
      const { leads, transitions } = candidacy?.status() ?? { leads: true, transitions: 0 };
      metrics.setLeadership(leads, transitions);
      return metrics.print({
        watches: readWatchHealth(),
        queues: queuesOf(controller),
        lanes: lanesOf(limiter),
        history: history.state().kind,
      });
    },
  };
}

/** Whether everything is known that decisions are made of. */
export function isReady({ observer }: Pick<Controller, "observer">): boolean {
  return observer.synced() && observer.heardWithin(HEARD_WITHIN_MS);
}

/**
 * Whether the controller can do its work, and if not, why. Who waits for its turn is as ready as who leads, and
 * without a memory it does all but foretell.
 */
export function readinessOf(
  { controller, candidacy, history }: Pick<Running, "controller" | "candidacy" | "history">,
  stop: AbortSignal,
): Probe {
  const election = candidacy?.status();
  const reasons = [
    ...stop.aborted ? ["the process stops"] : [],
    ...controller.observer.watches().flatMap((watch) => explainWatch(watch) ?? []),
    ...election?.trouble === undefined ? [] : [election.trouble],
  ];
  return {
    ok: reasons.length === 0,
    reasons,
    impairments: impairmentsOf(history.state()),
    leadership: election && { leads: election.leads, leader: election.leader },
  };
}

function impairmentsOf(state: HistoryState): string[] {
  return state.kind === "unavailable" ? [`the history is not kept: ${state.message}`] : [];
}

function queuesOf({ queues }: Controller): QueueHealth[] {
  return Object.entries(queues()).map(([queue, { ready, running, waiting, failing, oldestMs }]) => (
    { queue, ready, running, waiting, failing, oldestMs }
  ));
}

function lanesOf(limiter: Pick<Limiter, "state">): LaneHealth[] {
  return Object.entries(limiter.state()).map(([lane, { inFlight, queued }]) => (
    { lane, inFlight, queued }
  ));
}
