/**
 * The kubelets as a source: nodes with volumes that no agent speaks of are asked, each by itself.
 *
 * One that does not answer is asked less and less often, after all others, and keeps none of them waiting for longer
 * than its own deadline.
 *
 * @module
 */

import { ApiError, type JsonObject, type KubeApi } from "../../../kube/api.ts";
import { errorText } from "../../../kube/logger.ts";
import { NODE } from "../../../kube/resources.ts";
import type { SourceProblem } from "../../../lib/view/cluster.ts";
import type { MeasuredVolume, Measuring } from "../../observe/measuring.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import { inParallel } from "../in_parallel.ts";
import { createPacing, FAILURES_TOLD, type Pacing } from "../pacing.ts";
import type { SourceRound } from "../rounds.ts";
import { type AskKubelet, askKubelet, type KubeletAnswer } from "./ask_kubelet.ts";
import { kubeletOrigins } from "./node_endpoint.ts";
import { readSummary } from "./summary.ts";

/** Kubelets asked together: each may answer with megabytes, which are parsed at once. */
const KUBELETS_AT_ONCE = 4;

/** A node keeps its address for life; one that was made anew under its name is found out by then. */
const ORIGINS_KEPT_MS = 600_000;

/** What asking kubelets needs. */
export interface KubeletSourceDependencies extends AskKubelet {
  readonly api: Pick<KubeApi, "get">;
  readonly observer: Pick<Measuring, "takeSamples" | "setSourceProblem" | "keepSourceProblems">;
  readonly intervalMs: number;
}

interface Origins {
  readonly origins: readonly string[];
  readonly readAtMs: number;
}

interface State extends KubeletSourceDependencies {
  readonly pacing: Pacing;
  readonly known: Map<string, Origins>;
}

/** Creates what asks all kubelets once that have to be asked. */
export function createKubeletSource(dependencies: KubeletSourceDependencies): SourceRound {
  const { clock, intervalMs, observer } = dependencies;
  const state: State = { ...dependencies, pacing: createPacing(intervalMs), known: new Map() };
  return async function askKubelets(targets, signal): Promise<void> {
    const nodes = targetsByNode(targets);
    const names = new Set(nodes.keys());
    state.pacing.keepOnly(names);
    observer.keepSourceProblems("kubelet", names);
    for (const name of state.known.keys()) if (!names.has(name)) state.known.delete(name);
    const due = [...nodes]
      .filter(([name]) => state.pacing.isDue(name, clock.monotonic()))
      .sort(([first], [second]) => state.pacing.failures(first) - state.pacing.failures(second));
    await inParallel(due, KUBELETS_AT_ONCE, ([name, own]) => ask(state, name, own, signal), signal);
  };
}

/** All volumes on nodes that have one which nobody hears of: the others' are compared with what their agents say. */
function targetsByNode(targets: readonly SourceTarget[]): Map<string, SourceTarget[]> {
  const nodes = Map.groupBy(targets, ({ nodeName }) => nodeName ?? "");
  for (const [name, own] of nodes) {
    if (name === "" || !own.some(({ isUnheard }) => isUnheard)) nodes.delete(name);
  }
  return nodes;
}

async function ask(
  state: State,
  nodeName: string,
  targets: readonly SourceTarget[],
  signal: AbortSignal,
): Promise<void> {
  const { clock, observer, pacing } = state;
  const askedAtMs = clock.monotonic();
  const outcome = await measure(state, nodeName, targets, signal);
  if (signal.aborted) return;
  if (outcome.kind === "measured") {
    pacing.succeeded(nodeName);
    observer.setSourceProblem("kubelet", nodeName, undefined, targets);
    return observer.takeSamples("kubelet", outcome.volumes);
  }
  pacing.failed(nodeName, askedAtMs);
  state.known.delete(nodeName);
  if (outcome.reason === "KubeletUnreachable" && pacing.failures(nodeName) < FAILURES_TOLD) return;
  const problem: SourceProblem = {
    source: "kubelet",
    reason: outcome.reason,
    message: `the kubelet of node ${nodeName} cannot be read: ${outcome.message}`,
  };
  observer.setSourceProblem("kubelet", nodeName, problem, targets);
}

type Outcome =
  | { readonly kind: "measured"; readonly volumes: readonly MeasuredVolume[] }
  | Extract<KubeletAnswer, { readonly kind: "failed" }>;

async function measure(
  state: State,
  nodeName: string,
  targets: readonly SourceTarget[],
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const origins = await originsOf(state, nodeName, signal);
    // What it tells is as old as the question at least.
    const askedAtMs = state.clock.monotonic();
    const said = await askKubelet(state, origins, signal);
    if (said.kind === "failed") return said;
    const podUids = new Set(targets.map(({ podUid }) => podUid));
    const readings = readSummary(said.answer.text, podUids, said.answer.dateHeader);
    const volumes = readings.flatMap(({ podUid, claimName, sample, ageMs }): MeasuredVolume[] => {
      const target = targets.find((one) => one.podUid === podUid && one.claimName === claimName);
      return target ? [{ target, taken: { sample, takenAtMs: askedAtMs - ageMs } }] : [];
    });
    return { kind: "measured", volumes };
  } catch (error) {
    const isRefused = error instanceof ApiError && error.isRefusal && !error.isNotFound;
    const reason = isRefused ? "KubeletRefused" : "KubeletUnreachable";
    return { kind: "failed", reason, message: errorText(error) };
  }
}

async function originsOf(
  { api, clock, known }: State,
  nodeName: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const before = known.get(nodeName);
  const nowMs = clock.monotonic();
  if (before !== undefined && nowMs - before.readAtMs < ORIGINS_KEPT_MS) return before.origins;
  const node: JsonObject = await api.get(NODE, { name: nodeName }, { signal });
  const origins = kubeletOrigins(node);
  known.set(nodeName, { origins, readAtMs: nowMs });
  return origins;
}
