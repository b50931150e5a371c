/**
 * The simulated operator: a loop over each cluster that changed or whose time has come.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { millis } from "../../lib/units/millis.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import type { Component } from "../component/component.ts";
import { textAt } from "../component/read_json.ts";
import { unlessRefused } from "../component/unless_refused.ts";
import { conditions, resourceStatus } from "./cluster_status.ts";
import { labelRoles } from "./label_roles.ts";
import { mergeDifference } from "./merge_difference.ts";
import { CLUSTERS, OPERATOR_USER } from "./names.ts";
import { nextStep } from "./next_step.ts";
import { observeCluster, type ObservedCluster } from "./observed_cluster.ts";
import { type KnownCluster, observeObjects } from "./observed_objects.ts";
import { type OperatorTools, performStep, type StepResult } from "./perform_step.ts";

/** Waits after a refused write: controller-runtime's back-off starts at milliseconds and ends far above. */
const RETRY_MS = 5_000;

/** Loops of one cluster within one instant; each has done something that the next one sees. */
const LOOPS_MAX = 10;

/** Creates the operator. It begins with what the server holds at its first step. */
export function createOperator(tools: OperatorTools): Component {
  const objects = observeObjects(tools.server);
  const lookAgain = new WeakMap<KnownCluster, number>();
  const archivingSeen = new WeakMap<KnownCluster, unknown>();

  /** The instance manager writes the condition when an attempt to archive ends, not at the operator's pace. */
  function archivingChanged(known: KnownCluster, cluster: JsonObject): boolean {
    const namespace = textAt(cluster, "metadata", "namespace");
    const name = textAt(cluster, "status", "currentPrimary");
    if (namespace === undefined || name === undefined) return false;
    const archiving = tools.managers.status({ namespace, name })?.archiving;
    const seen = archiving?.kind === "failing" ? archiving.error : archiving?.kind;
    if (seen === archivingSeen.get(known)) return false;
    archivingSeen.set(known, seen);
    return true;
  }

  function stepCluster(known: KnownCluster, nowMs: number): void {
    for (let loop = 0; loop < LOOPS_MAX; loop++) {
      const { cluster } = known;
      if (cluster === undefined) return;
      const isDue = (lookAgain.get(known) ?? Infinity) <= nowMs;
      const isNews = archivingChanged(known, cluster);
      if (!known.changed && !isDue && !isNews) return;
      known.changed = false;
      const { pods, claims } = known;
      const againInMs = reconcile(
        tools,
        { cluster, pods: pods.values(), claims: claims.values() },
        nowMs,
      );
      if (againInMs === undefined) lookAgain.delete(known);
      else {
        lookAgain.set(known, nowMs + againInMs);
        // What changed meanwhile is what this loop wrote.
        known.changed = false;
      }
    }
  }

  return {
    step(nowMs): void {
      for (const known of objects.clusters.values()) stepCluster(known, nowMs);
    },
  };
}

/** One loop; tells after how long to look again. */
function reconcile(
  tools: OperatorTools,
  objects: Parameters<typeof observeCluster>[0],
  nowMs: number,
): number | undefined {
  const cluster = observeCluster(objects, tools.managers);
  const step = nextStep(cluster, nowMs);
  if (step.kind === "leave") return undefined;
  const result = unlessRefused(() => {
    const done = performStep(tools, cluster, step, nowMs);
    labelRoles(tools.server, cluster);
    return done;
  }) ?? { status: {}, againInMs: RETRY_MS };
  unlessRefused(() => writeStatus(tools, cluster, result, nowMs));
  return result.againInMs;
}

/** One write, and only if it changes something: whoever watches Clusters is woken by each. */
function writeStatus(
  { server }: OperatorTools,
  cluster: ObservedCluster,
  result: StepResult,
  nowMs: number,
): void {
  const phase = textAt(result.status, "phase") ?? textAt(cluster.status, "phase");
  const difference = mergeDifference(cluster.status, {
    ...resourceStatus(cluster),
    ...result.status,
    conditions: conditions(cluster, phase, formatTimestamp(millis(nowMs))),
  });
  if (difference === undefined) return;
  const { namespace, name } = cluster;
  server.patch(CLUSTERS, { namespace, name }, {
    type: "merge",
    body: { status: difference },
  }, { user: OPERATOR_USER, subresource: "status" });
}
