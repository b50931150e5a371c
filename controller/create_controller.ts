/**
 * Puts the controller together: what observes, what decides, what acts, and what listens.
 *
 * ```text
 *   agents ──► ingest ─┐
 *                      ├─► observer ──(dirty keys)──► queue ──► reconcile: view ─► decide ─► act ──► API server
 *   API server ─watch──┘       ▲                                                            │
 *                              └──────────────── answers to our writes ────────────────────┘
 * ```
 *
 * @module
 */

import type { KubeApi } from "../kube/api.ts";
import type { Clock, Random } from "../kube/clock.ts";
import { errorText, type Logger } from "../kube/logger.ts";
import { decide, decideTrips } from "../lib/decide/decide.ts";
import type { Plan } from "../lib/decide/plan.ts";
import { resolvePolicy } from "../lib/policy/resolve.ts";
import type { ResolvedPolicy } from "../lib/policy/resolved.ts";
import { millis } from "../lib/units/millis.ts";
import type { ClusterView } from "../lib/view/cluster.ts";
import { createActor } from "./act/act.ts";
import { createClusterStorageWriter } from "./act/cluster_storage.ts";
import { createPolicyStatusWriter } from "./act/policy_status.ts";
import type { ActDependencies, Announce } from "./act/ports.ts";
import { createSweeper } from "./act/retention.ts";
import type { ControllerConfig } from "./config/mod.ts";
import type { History } from "./history/history.ts";
import { createIngestApp } from "./ingest/ingest_app.ts";
import { createObserver, type Observer, type ObserverOptions } from "./observe/observer.ts";
import { createKeyedQueue, type Handler, type KeyedQueue } from "./queue/keyed_queue.ts";
import type { QueueStats } from "./queue/queue_stats.ts";
import { createAcceptReport } from "./reconcile/accept_report.ts";
import { createActMetrics } from "./reconcile/act_metrics.ts";
import { createReconcileCluster } from "./reconcile/reconcile_cluster.ts";
import { createReconcilePolicies } from "./reconcile/reconcile_policies.ts";
import { sweepEvents, type Sweeping } from "./reconcile/sweep_events.ts";
import { timeDecisions } from "./reconcile/time_decisions.ts";
import type { FetchApp, Metrics } from "./serve/mod.ts";

/** All policies are worked on together. */
const POLICIES_KEY = "policies";

/** What a controller is made of. */
export interface ControllerDependencies {
  readonly config: ControllerConfig;
  readonly api: KubeApi;
  readonly announce: Announce;
  readonly metrics: Metrics;
  /** Where the past of volumes is kept; only who leads records. */
  readonly history: History;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether this process leads and may write: asked at all news and right before every write. */
  readonly mayWrite: () => boolean;
}

/** A controller that has not begun yet. */
export interface Controller {
  /** Takes agents' reports. */
  readonly ingest: FetchApp;
  readonly observer: Observer;
  /** Watches, and sweeps old events, until `signal` is aborted. */
  observe(signal: AbortSignal): Promise<void>;
  /** Looks at everything that there was news about while another led. */
  takeOver(): void;
  /** What its queues are busy with, by what they hold. */
  queues(): Readonly<Record<string, QueueStats>>;
  /** Takes no more work; resolves when what was begun has ended, or `limitMs` have passed: then it is aborted. */
  stop(limitMs: number): Promise<void>;
}

/** Puts a controller together. Nothing runs before {@link Controller.observe}. */
export function createController(dependencies: ControllerDependencies): Controller {
  const { config, clock, random, logger, metrics, mayWrite } = dependencies;
  const observer = createObserver(observerOptions(dependencies));
  const decideNow = timeDecisions(createDecide(config), { metrics, clock });
  const acting = actDependencies(dependencies, observer);
  const clusters = startQueue("cluster", clusterHandler(dependencies, observer, acting, decideNow));
  const policies = startQueue(
    "policy",
    createReconcilePolicies({
      observer,
      writePolicyStatus: createPolicyStatusWriter(acting),
      metrics,
      chartDefaults: config.defaults,
      clock,
      logger,
    }),
  );
  // Who does not lead knows everything and works on nothing.
  observer.onDirty((key) => void (mayWrite() && clusters.mark(key)));
  observer.onPoliciesChanged(() => void (mayWrite() && policies.mark(POLICIES_KEY)));

  function startQueue(work: string, handle: Handler): KeyedQueue {
    return createKeyedQueue({
      handle,
      clock,
      random,
      onFailure: (key, error, retryInMs) =>
        logger.warn("work failed and is tried again", {
          work,
          key,
          retryInMs,
          error: errorText(error),
        }),
    });
  }

  return {
    ingest: ingestApp(dependencies, observer),
    observer,
    async observe(signal): Promise<void> {
      const sweeping: Sweeping = {
        clusters: () => mayWrite() ? observer.clusters() : [],
        sweep: createSweeper(acting, config.storageEvents),
        clock,
      };
      await Promise.all([observer.run(signal), sweepEvents(sweeping, signal)]);
    },
    takeOver(): void {
      observer.listenAnew();
      for (const key of observer.clusters()) clusters.mark(key);
      policies.mark(POLICIES_KEY);
    },
    queues: () => ({ cluster: clusters.stats(), policy: policies.stats() }),
    async stop(limitMs): Promise<void> {
      const left = await Promise.all([clusters.stop(limitMs), policies.stop(limitMs)]);
      const keys = left.flat();
      if (keys.length > 0) logger.warn("work did not end in time", { keys, limitMs });
    },
  };
}

function observerOptions(
  { config, api, clock, random, logger, history, mayWrite }: ControllerDependencies,
): ObserverOptions {
  return {
    api,
    clock,
    random,
    log: logger,
    watchNamespaces: config.watchNamespaces,
    chartDefaults: config.defaults,
    reportIntervalMs: config.metricsIntervalMs,
    operatorBusyLimitMs: config.expansionDeadlines.operatorBusyMs,
    history,
    leads: mayWrite,
  };
}

function createDecide(config: ControllerConfig): (view: ClusterView) => Plan {
  const options = {
    defaults: chartPolicy(config),
    times: config.expansionDeadlines,
    nudge: config.nudge,
    staleMs: config.storageEvents.staleMs,
  };
  return (view) => decide(view, options);
}

/** The policy that the chart's defaults make; the configuration was refused if they make none. */
function chartPolicy(config: ControllerConfig): ResolvedPolicy {
  const resolution = resolvePolicy({ chart: config.defaults });
  if (resolution.kind === "resolved") return resolution.policy;
  throw new TypeError(`Cannot use the configured defaults: ${resolution.message}`);
}

function actDependencies(
  { api, clock, logger, metrics, announce, mayWrite }: ControllerDependencies,
  observer: Observer,
): ActDependencies {
  return {
    api,
    clock,
    logger,
    mayWrite,
    fold: observer.fold,
    metrics: createActMetrics(metrics),
    announce,
    latest: observer,
  };
}

function clusterHandler(
  { clock, logger, metrics }: ControllerDependencies,
  observer: Observer,
  acting: ActDependencies,
  decideNow: (view: ClusterView) => Plan,
): Handler {
  return createReconcileCluster({
    observer,
    decide: decideNow,
    actor: createActor(acting),
    writeClusterStorage: createClusterStorageWriter(acting),
    metrics,
    clock,
    logger,
  });
}

function ingestApp(
  { config, api, clock, logger, metrics, mayWrite }: ControllerDependencies,
  observer: Observer,
): FetchApp {
  const defaults = chartPolicy(config);
  return createIngestApp({
    api,
    clock,
    logger,
    directory: observer,
    leads: mayWrite,
    meter: metrics,
    audience: config.agent.audience,
    accept: createAcceptReport({
      observer,
      metrics,
      decideTrips: (view) => decideTrips(view, { defaults }),
      now: () => millis(clock.now()),
      reportIntervalMs: config.metricsIntervalMs,
    }),
  });
}
