/**
 * One round of work on one cluster: observe, decide, act (DESIGN §3).
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import { tellAlerts } from "../../lib/alert/tell_alerts.ts";
import type { Plan } from "../../lib/decide/plan.ts";
import { isOpenExpansion } from "../../lib/expansion/history.ts";
import { explain } from "../../lib/explain/explain.ts";
import { highest, type Level } from "../../lib/threshold/level.ts";
import { earliest, millis } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Actor } from "../act/act.ts";
import type { ClusterStorageWriter } from "../act/cluster_storage.ts";
import type { Attempt, Failure } from "../act/failure.ts";
import type { ActOutcome } from "../act/outcome.ts";
import type { Observer } from "../observe/observer.ts";
import type { Handler, WorkResult } from "../queue/keyed_queue.ts";
import type { Metrics } from "../serve/metrics.ts";
import { clusterLabels } from "./cluster_labels.ts";
import { createCleanupCounter } from "./count_cleanups.ts";
import { createSuppressionCounter } from "./count_suppressed.ts";
import { holdExpansions } from "./hold_expansions.ts";
import { measureVolumes } from "./measure_volumes.ts";
import { UnavailableError } from "./unavailable.ts";
import { HEARD_WITHIN_MS } from "./watch_health.ts";

/** How soon to look again while the picture is not complete, or another process leads. */
const NOT_READY_RETRY_MS = 1_000;

/**
 * How soon to look again after a conflict: the watch that brings the newer object is on its way. Each conflict
 * in a row doubles the wait, for what conflicts again and again is not on its way.
 */
const CONFLICT_RETRY_MS = 100;

/** The longest wait after conflicts: somebody who writes at the same time is done after seconds. */
const CONFLICT_RETRY_MS_MAX = 6_400;

/** What a round needs. */
export interface ReconcileDependencies {
  readonly observer: Pick<
    Observer,
    "view" | "synced" | "heardWithin" | "staleAtMs" | "unreadable"
  >;
  readonly decide: (view: ClusterView) => Plan;
  readonly actor: Actor;
  readonly writeClusterStorage: ClusterStorageWriter;
  readonly metrics: Pick<
    Metrics,
    | "setVolumes"
    | "setExpansionsInProgress"
    | "setBreakerOpen"
    | "beginCountingCleanups"
    | "cleanupEnded"
    | "alertSuppressed"
    | "forgetCluster"
    | "reconcileEnded"
    | "errorOccurred"
  >;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Creates the handler that works on one cluster once. What it writes is folded into the caches, which marks
 * the cluster again: the next step of an operation follows at once. The handler throws
 * {@link UnavailableError} if a write could not be made for a reason that passes. It remembers the last level
 * and the last refusal of each cluster, to log their changes, and its conflicts in a row.
 */
export function createReconcileCluster(dependencies: ReconcileDependencies): Handler {
  const known = new Map<string, Known>();
  const cleanups = createCleanupCounter(dependencies.metrics);
  const suppressions = createSuppressionCounter(dependencies.metrics);

  function forget(key: string): void {
    dependencies.metrics.forgetCluster(clusterLabels(key));
    const uid = known.get(key)?.uid;
    if (uid === undefined) return;
    suppressions.forget(uid);
    cleanups.forget(uid);
    known.delete(key);
  }

  return async function reconcileCluster(key, signal): Promise<WorkResult> {
    const { observer, metrics, clock } = dependencies;
    const startedMs = clock.monotonic();
    if (!observer.synced() || !observer.heardWithin(HEARD_WITHIN_MS)) {
      return { wakeInMs: NOT_READY_RETRY_MS };
    }
    const view = observer.view(key, millis(clock.now()));
    // One that was never looked at may have had agents that reported.
    if (view === undefined) {
      forget(key);
      return {};
    }
    // Another Cluster of the same name begins anew.
    if (known.has(key) && known.get(key)?.uid !== view.uid) forget(key);
    const decided = holdExpansions(dependencies.decide(view), view, observer.unreadable());
    const { plan, suppressed } = tellAlerts(decided, view);
    const before = known.get(key);
    const level = levelToTell(plan, before?.level);
    if (before?.level !== level) logLevel(view, plan, dependencies.logger);

    const outcome = await dependencies.actor.act(plan, view, signal);
    const stored = await dependencies.writeClusterStorage(view, plan, signal);
    showMetrics(view, plan, metrics);
    cleanups.count(view);
    suppressions.count(view, suppressed);
    tellRefusal(view, stored, before?.refusal, dependencies);
    const failures = failuresOf(outcome, stored);
    const isConflict = failures.some(({ kind }) => kind === "conflict");
    const conflicts = isConflict ? (before?.conflicts ?? 0) + 1 : 0;
    known.set(key, { uid: view.uid, level, conflicts, refusal: refusalOf(stored) });
    const unavailable = failures.find(({ kind }) => kind === "unavailable");
    const result = unavailable === undefined ? "success" : "failure";
    metrics.reconcileEnded("cluster", result, clock.monotonic() - startedMs);
    if (failures.some(({ kind }) => kind === "not-leader")) return { wakeInMs: NOT_READY_RETRY_MS };
    if (unavailable !== undefined) throw new UnavailableError(unavailable.message);
    if (isConflict) return { wakeInMs: conflictRetryMs(conflicts) };
    return nextRound(view, plan, dependencies);
  };
}

/** What is remembered of a cluster between rounds. */
interface Known {
  readonly uid: string;
  readonly level: Level;
  /** Rounds in a row that met a conflict. */
  readonly conflicts: number;
  /** Why its ClusterStorage could not be written, if it was refused. */
  readonly refusal: string | undefined;
}

function conflictRetryMs(conflicts: number): number {
  return Math.min(CONFLICT_RETRY_MS_MAX, CONFLICT_RETRY_MS * 2 ** (conflicts - 1));
}

function refusalOf(stored: Attempt): string | undefined {
  return stored.kind === "refused" ? stored.message : undefined;
}

function failuresOf(outcome: ActOutcome, stored: Attempt): readonly Failure[] {
  return stored.kind === "done" ? outcome.refusals : [...outcome.refusals, stored];
}

/** The actor tells of its own; what is refused for good is tried again only with the next news, and logged once. */
function tellRefusal(
  { namespace, name: cluster }: ClusterView,
  stored: Attempt,
  before: string | undefined,
  { logger, metrics }: ReconcileDependencies,
): void {
  if (stored.kind !== "refused") return;
  metrics.errorOccurred("write-refused", { namespace, cluster });
  const { reason, message } = stored;
  if (message !== before) {
    logger.warn("the ClusterStorage cannot be written", { namespace, cluster, reason, message });
  }
}

function nextRound(
  view: ClusterView,
  plan: Plan,
  { clock, observer }: ReconcileDependencies,
): WorkResult {
  // Silence is news too, and it comes without an event.
  const wakeAtMs = earliest(plan.wakeAtMs, observer.staleAtMs(view));
  return wakeAtMs === undefined ? {} : { wakeInMs: Math.max(wakeAtMs - clock.now(), 0) };
}

function showMetrics(
  view: ClusterView,
  plan: Plan,
  metrics: ReconcileDependencies["metrics"],
): void {
  const labels = { namespace: view.namespace, cluster: view.name };
  metrics.setVolumes(labels, measureVolumes(view));
  metrics.setExpansionsInProgress(labels, view.events.filter(isOpenExpansion).length);
  const isOpen = plan.conditions.some(({ type, status }) =>
    type === "CircuitBreakerOpen" && status === "True"
  );
  metrics.setBreakerOpen(labels, isOpen);
}

/** A volume that cannot be seen for a moment, as while it grows, is no news that the cluster is better. */
function levelToTell(plan: Plan, before: Level | undefined): Level {
  const isBlind = plan.volumes.some(({ level }) => level === "unknown");
  return isBlind && before !== undefined ? highest(before, plan.level) : plan.level;
}

function logLevel(view: ClusterView, plan: Plan, logger: Logger): void {
  const fields = {
    namespace: view.namespace,
    cluster: view.name,
    clusterLevel: plan.level,
    explanation: explain(view, plan),
  };
  if (plan.level === "ok") logger.info("the level of a cluster has changed", fields);
  else logger.warn("the level of a cluster has changed", fields);
}
