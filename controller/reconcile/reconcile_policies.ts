/**
 * Writes what became of the policies, when it changes.
 *
 * @module
 */

import { resolvePolicy } from "../../lib/policy/resolve.ts";
import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import type { PolicyStatusWriter } from "../act/policy_status.ts";
import type { Observer } from "../observe/observer.ts";
import type { PolicyReport } from "../observe/policy_book.ts";
import type { Handler, WorkResult } from "../queue/keyed_queue.ts";
import type { Metrics } from "../serve/metrics.ts";
import { UnavailableError } from "./unavailable.ts";

/** How soon to look again while the picture is not complete, another process leads, or after a conflict. */
const RETRY_MS = 1_000;

/** What the handler needs. */
export interface PoliciesDependencies {
  readonly observer: Pick<Observer, "policies" | "synced" | "clusters">;
  readonly writePolicyStatus: PolicyStatusWriter;
  readonly metrics: Pick<Metrics, "setActivePolicies" | "setManagedClusters" | "reconcileEnded">;
  readonly chartDefaults: InheritableSpec;
  readonly monotonic: () => number;
}

/** Creates the handler; all policies are one key, because one change may concern several. */
export function createReconcilePolicies(dependencies: PoliciesDependencies): Handler {
  const { observer, writePolicyStatus, metrics, chartDefaults } = dependencies;
  return async function reconcilePolicies(_key, signal): Promise<WorkResult> {
    if (!observer.synced()) return { wakeInMs: RETRY_MS };
    const startedMs = dependencies.monotonic();
    const reports = observer.policies();
    showCounts(reports, metrics);
    let wakeInMs: number | undefined;
    for (const { policy, assignment } of reports) {
      const resolution = resolvePolicy({ policy, chart: chartDefaults });
      const problem = resolution.kind === "invalid" ? resolution.message : undefined;
      const attempt = await writePolicyStatus(policy, { assignment, problem }, signal);
      if (attempt.kind === "unavailable") {
        metrics.reconcileEnded("policy", "failure", dependencies.monotonic() - startedMs);
        throw new UnavailableError(attempt.message);
      }
      if (attempt.kind === "conflict" || attempt.kind === "not-leader") wakeInMs = RETRY_MS;
    }
    metrics.reconcileEnded("policy", "success", dependencies.monotonic() - startedMs);
    return { wakeInMs };
  };
}

function showCounts(
  reports: readonly PolicyReport[],
  metrics: PoliciesDependencies["metrics"],
): void {
  const active = new Map<string, number>();
  const managed = new Map<string, number>();
  for (const { policy: { namespace }, assignment } of reports) {
    if (assignment.conflicts.length === 0) active.set(namespace, (active.get(namespace) ?? 0) + 1);
    const count = managed.get(namespace) ?? 0;
    managed.set(namespace, count + assignment.managedClusters.length);
  }
  metrics.setActivePolicies(active);
  metrics.setManagedClusters(managed);
}
