/**
 * Writes what became of the policies, when it changes.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";

import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import { millis } from "../../lib/units/millis.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { Attempt } from "../act/failure.ts";
import type { PolicyStatusWriter } from "../act/policy_status.ts";
import type { Observer } from "../observe/observer.ts";
import type { PolicyReport } from "../observe/policy_book.ts";
import { resolveChecked } from "../observe/resolve_checked.ts";
import type { Handler, WorkResult } from "../queue/keyed_queue.ts";
import type { Metrics } from "../serve/metrics.ts";
import { UnavailableError } from "./unavailable.ts";

/** How soon to look again while the picture is not complete, another process leads, or after a conflict. */
const RETRY_MS = 1_000;

/** What the handler needs. */
export interface PoliciesDependencies {
  readonly observer: Pick<Observer, "policies" | "synced" | "view">;
  readonly writePolicyStatus: PolicyStatusWriter;
  readonly metrics: Pick<
    Metrics,
    "setActivePolicies" | "setManagedClusters" | "reconcileEnded" | "errorOccurred"
  >;
  readonly chartDefaults: InheritableSpec;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Creates the handler; all policies are one key, because one change may concern several. It throws
 * {@link UnavailableError} at the first status that could not be written for a reason that passes.
 */
export function createReconcilePolicies(dependencies: PoliciesDependencies): Handler {
  const { observer, metrics, clock } = dependencies;
  return async function reconcilePolicies(_key, signal): Promise<WorkResult> {
    if (!observer.synced()) return { wakeInMs: RETRY_MS };
    const startedMs = clock.monotonic();
    const reports = observer.policies();
    showCounts(reports, metrics);
    let wakeInMs: number | undefined;
    for (const report of reports) {
      const attempt = await writeStatus(report, dependencies, signal);
      if (attempt.kind === "unavailable") {
        metrics.reconcileEnded("policy", "failure", clock.monotonic() - startedMs);
        throw new UnavailableError(attempt.message);
      }
      if (attempt.kind === "conflict" || attempt.kind === "not-leader") wakeInMs = RETRY_MS;
    }
    metrics.reconcileEnded("policy", "success", clock.monotonic() - startedMs);
    return { wakeInMs };
  };
}

async function writeStatus(
  report: PolicyReport,
  dependencies: PoliciesDependencies,
  signal: AbortSignal,
): Promise<Attempt> {
  const { policy, assignment } = report;
  const problem = problemOf(report, dependencies);
  const attempt = await dependencies.writePolicyStatus(policy, { assignment, problem }, signal);
  if (problem !== undefined && attempt.kind === "done" && attempt.effect === "written") {
    const { namespace, name } = policy;
    dependencies.logger.warn("nobody acts by a StoragePolicy", {
      namespace,
      policy: name,
      problem,
    });
  }
  if (attempt.kind === "refused") {
    dependencies.metrics.errorOccurred("write-refused");
    const { reason, message } = attempt;
    const { namespace, name } = policy;
    dependencies.logger.warn("the status of a StoragePolicy cannot be written", {
      namespace,
      policy: name,
      reason,
      message,
    });
  }
  return attempt;
}

/**
 * What keeps a policy from being acted on: what the clusters that it governs say, whose settings the
 * namespace's default is a layer of; without any, what it comes to by itself.
 */
function problemOf(
  { policy, assignment: { namespace, managedClusters } }: PolicyReport,
  { observer, clock, chartDefaults }: PoliciesDependencies,
): string | undefined {
  if (policy.unreadable !== undefined) return policy.unreadable;
  if (managedClusters.length === 0) {
    const resolution = resolveChecked({ policy, chart: chartDefaults });
    return resolution.kind === "invalid" ? resolution.message : undefined;
  }
  for (const name of managedClusters) {
    const view = observer.view(objectKey({ namespace, name }), millis(clock.now()));
    if (view?.governance.kind === "invalid") return view.governance.message;
  }
  return undefined;
}

function showCounts(
  reports: readonly PolicyReport[],
  metrics: PoliciesDependencies["metrics"],
): void {
  const active = new Map<string, number>();
  const managed = new Map<string, number>();
  for (const { policy: { namespace, unreadable }, assignment } of reports) {
    const isActive = assignment.conflicts.length === 0 && unreadable === undefined;
    if (isActive) active.set(namespace, (active.get(namespace) ?? 0) + 1);
    const count = managed.get(namespace) ?? 0;
    managed.set(namespace, count + assignment.managedClusters.length);
  }
  metrics.setActivePolicies(active);
  metrics.setManagedClusters(managed);
}
