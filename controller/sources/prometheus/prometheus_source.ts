/**
 * Prometheus as a source: what kubelets told it, of all clusters at once.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import type { SourceProblem } from "../../../lib/view/cluster.ts";
import type { MeasuredVolume, Measuring } from "../../observe/measuring.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import { exchangeFailure } from "../exchange.ts";
import { createPacing, FAILURES_TOLD } from "../pacing.ts";
import type { SourceRound } from "../rounds.ts";
import type { PrometheusClient } from "./client.ts";
import { type ReadSeries, readSeries, seriesQueries } from "./volume_series.ts";

/** What is wrong with one claim is wrong with many. */
const AMBIGUOUS_TOLD_MAX = 3;

/** What asking Prometheus needs. */
export interface PrometheusSourceDependencies {
  readonly client: PrometheusClient;
  readonly address: string;
  readonly namespaceLabel: string;
  readonly matchers: string;
  readonly observer: Pick<Measuring, "takeSamples" | "setSourceProblem">;
  readonly intervalMs: number;
  readonly clock: Clock;
}

type Trouble = Omit<SourceProblem, "source">;

/** Creates what asks Prometheus once about every volume. */
export function createPrometheusSource(dependencies: PrometheusSourceDependencies): SourceRound {
  const { address, clock, observer } = dependencies;
  const pacing = createPacing(dependencies.intervalMs);

  function tell(targets: readonly SourceTarget[], trouble: Trouble | undefined): void {
    const problem: SourceProblem | undefined = trouble && { source: "prometheus", ...trouble };
    observer.setSourceProblem("prometheus", "", problem, targets);
  }

  return async function askPrometheus(targets, signal): Promise<void> {
    const askedAtMs = clock.monotonic();
    if (targets.length === 0 || !pacing.isDue(address, askedAtMs)) return;
    try {
      const series = await askForSeries(dependencies, targets, signal);
      pacing.succeeded(address);
      observer.takeSamples("prometheus", measuredOf(targets, series, askedAtMs));
      tell(targets, ambiguityOf(series));
    } catch (error) {
      if (signal.aborted) return;
      pacing.failed(address, askedAtMs);
      if (pacing.failures(address) < FAILURES_TOLD) return;
      const message = `${address}: ${exchangeFailure(error).message}`;
      tell(targets, { reason: "PrometheusUnreachable", message });
    }
  };
}

/** The instants are asked for first: a value that is collected in between is younger than it is taken for. */
async function askForSeries(
  { client, namespaceLabel, matchers }: PrometheusSourceDependencies,
  targets: readonly SourceTarget[],
  signal: AbortSignal,
): Promise<ReadSeries> {
  const namespaces = new Set(targets.map(({ namespace }) => namespace));
  const queries = seriesQueries({ namespaceLabel, matchers, namespaces });
  const collected = await client.query(queries.collected, signal);
  const values = await client.query(queries.values, signal);
  return readSeries(values, collected, namespaceLabel);
}

/** Series carry no UID: what was measured before the pod ran may be of a claim that had the name before. */
function measuredOf(
  targets: readonly SourceTarget[],
  { claims }: ReadSeries,
  askedAtMs: number,
): MeasuredVolume[] {
  return targets.flatMap((target): MeasuredVolume[] => {
    const found = claims.get(`${target.namespace}/${target.claimName}`);
    if (found === undefined) return [];
    const takenAtMs = askedAtMs - found.ageMs;
    if (takenAtMs < target.runningSinceMs) return [];
    return [{ target, taken: { sample: found.sample, takenAtMs } }];
  });
}

function ambiguityOf({ ambiguous }: ReadSeries): Trouble | undefined {
  if (ambiguous.length === 0) return undefined;
  const examples = ambiguous.slice(0, AMBIGUOUS_TOLD_MAX).join(", ");
  const message = `several series of one claim (${examples}): sources.prometheus.matchers has to ` +
    "choose";
  return { reason: "PrometheusAmbiguous", message };
}
