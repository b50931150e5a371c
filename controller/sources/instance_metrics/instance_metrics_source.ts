/**
 * The metrics of CloudNativePG's instances as a source of WAL counts, where no agent is.
 *
 * They are open to everybody who reaches the pod, so nothing secret is sent. With TLS their certificate names the
 * services of the cluster and not the pod, so that it cannot be verified at the pod's address: such an instance is
 * not asked, and it is told.
 *
 * @module
 */

import type { SourceProblem } from "../../../lib/view/cluster.ts";
import type { WalDirectory } from "../../../lib/view/volume.ts";
import type { Measuring } from "../../observe/measuring.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import {
  exchange,
  type ExchangeDependencies,
  exchangeFailure,
  type ExchangeLimits,
} from "../exchange.ts";
import { inParallel } from "../in_parallel.ts";
import { createPacing, FAILURES_TOLD, type Pacing } from "../pacing.ts";
import type { SourceRound } from "../rounds.ts";
import { readWalMetrics } from "./wal_metrics.ts";

/** Port of the metrics in every instance (`cnpg.md` §3.1). */
const METRICS_PORT = 9_187;

/** Some hundred KB where there are many databases; most of it is kept ready by the instance. */
const LIMITS: ExchangeLimits = { deadlineMs: 5_000, bytesMax: 2 * 1_024 * 1_024 };

const INSTANCES_AT_ONCE = 4;

const OK = 200;

/** What asking instances needs. */
export interface InstanceMetricsDependencies extends ExchangeDependencies {
  readonly observer: Pick<
    Measuring,
    "takeWalDirectory" | "setSourceProblem" | "keepSourceProblems"
  >;
  readonly intervalMs: number;
  /** @default {9187} */
  readonly port?: number | undefined;
}

/** Creates what asks once every instance whose WAL nobody else counts. */
export function createInstanceMetricsSource(
  dependencies: InstanceMetricsDependencies,
): SourceRound {
  const { clock, intervalMs, observer } = dependencies;
  const pacing = createPacing(intervalMs);
  return async function askInstances(targets, signal): Promise<void> {
    const unheard = targets.filter(({ holdsWal, isUnheard }) => holdsWal && isUnheard);
    const podUids = new Set(unheard.map(({ podUid }) => podUid));
    pacing.keepOnly(podUids);
    observer.keepSourceProblems("instance-metrics", podUids);
    const due = unheard
      .filter(({ podUid }) => pacing.isDue(podUid, clock.monotonic()))
      .sort((first, second) => pacing.failures(first.podUid) - pacing.failures(second.podUid));
    const work = (target: SourceTarget): Promise<void> => ask(dependencies, pacing, target, signal);
    await inParallel(due, INSTANCES_AT_ONCE, work, signal);
  };
}

async function ask(
  dependencies: InstanceMetricsDependencies,
  pacing: Pacing,
  target: SourceTarget,
  signal: AbortSignal,
): Promise<void> {
  const { clock, observer } = dependencies;
  const { podUid } = target;
  const askedAtMs = clock.monotonic();
  try {
    const directory = await countWal(dependencies, target, signal);
    pacing.succeeded(podUid);
    observer.setSourceProblem("instance-metrics", podUid, undefined, [target]);
    if (directory !== undefined) observer.takeWalDirectory(target, directory, askedAtMs);
  } catch (error) {
    if (signal.aborted) return;
    pacing.failed(podUid, askedAtMs);
    if (pacing.failures(podUid) < FAILURES_TOLD) return;
    const { message } = exchangeFailure(error);
    observer.setSourceProblem("instance-metrics", podUid, problemOf(target, message), [target]);
  }
}

async function countWal(
  dependencies: InstanceMetricsDependencies,
  { metricsTls, podAddress }: SourceTarget,
  signal: AbortSignal,
): Promise<WalDirectory | undefined> {
  if (metricsTls) {
    throw new TypeError("they are served with TLS, whose certificate does not name the pod");
  }
  if (podAddress === undefined) throw new TypeError("expected the pod to have an address");
  const host = podAddress.includes(":") ? `[${podAddress}]` : podAddress;
  const url = `http://${host}:${dependencies.port ?? METRICS_PORT}/metrics`;
  const request = { method: "GET", url, headers: { accept: "text/plain" } };
  const { status, text } = await exchange(dependencies, request, LIMITS, signal);
  if (status !== OK) throw new TypeError(`expected metrics, found the answer ${status}`);
  return readWalMetrics(text);
}

function problemOf({ podName }: SourceTarget, message: string): SourceProblem {
  return {
    source: "instance-metrics",
    reason: "InstanceMetricsUnreachable",
    message: `the metrics of pod ${podName} cannot be read: ${message}`,
  };
}
