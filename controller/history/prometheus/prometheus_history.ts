/**
 * The history that a Prometheus has anyway: nothing is written, and the past is what kubelets told it.
 *
 * It knows claims by their names. Where a name was used again within the week, the past of both is one, which
 * the forecasts see as a volume that was emptied.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "../../../kube/abort.ts";
import type { Clock } from "../../../kube/clock.ts";
import { errorText } from "../../../kube/logger.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { HOUR, millis, MINUTE } from "../../../lib/units/millis.ts";
import type { PrometheusSeries } from "../../sources/prometheus/answer.ts";
import type { PrometheusClient, PrometheusSpan } from "../../sources/prometheus/client.ts";
import type { AgedAggregate, History, HistoryState, PastVolume, VolumePast } from "../history.ts";
import { AGGREGATE_HOURS, SAMPLE_HOURS } from "../retention.ts";
import {
  CLAIM_LABEL,
  hourlyExpression,
  type HourlyFunction,
  type SeriesSelection,
  usedExpression,
} from "./expressions.ts";

/** What the history needs. */
export interface PrometheusHistoryOptions extends SeriesSelection {
  readonly prometheus: Pick<PrometheusClient, "queryRange">;
  readonly clock: Clock;
}

/** Kubelets measure once a minute: 720 points a volume say what there is to say of a day. */
const SAMPLE_STEP_MS = 2 * MINUTE;

/** A few volumes are answered for within a second; whoever waits gives up after ten. */
const READ_LIMIT_MS = 8_000;

/** Hundreds of volumes are asked for in a row: after a failure the next ones are not kept waiting for another. */
const REST_MS = 60_000;

const HOURLY: readonly HourlyFunction[] = ["min", "max", "last", "count"];

/** Creates a history that reads and never writes. */
export function createPrometheusHistory(options: PrometheusHistoryOptions): History {
  const { prometheus, clock, namespaceLabel } = options;
  let trouble: { readonly message: string; readonly atMs: number } | undefined;

  async function readAll(
    volumes: readonly PastVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, VolumePast>> {
    const nowMs = clock.now();
    const used = usedExpression(volumes, options);
    const samplesFromMs = nowMs - SAMPLE_HOURS * HOUR;
    const day: PrometheusSpan = { startMs: samplesFromMs, endMs: nowMs, stepMs: SAMPLE_STEP_MS };
    const samples = byClaim(await prometheus.queryRange(used, day, signal), namespaceLabel);
    // Of the hour that ends where the samples begin, and of those before it.
    const startMs = nowMs - (AGGREGATE_HOURS - 1) * HOUR;
    const week: PrometheusSpan = { startMs, endMs: samplesFromMs, stepMs: HOUR };
    const hourly = await Promise.all(HOURLY.map(async (overTime) => {
      const expression = hourlyExpression(overTime, used);
      return byClaim(await prometheus.queryRange(expression, week, signal), namespaceLabel);
    }));
    return new Map(volumes.flatMap((volume) => {
      const key = keyOf(volume.namespace, volume.claimName);
      const past = pastOf(samples.get(key), hourly.map((series) => series.get(key)), nowMs);
      return past === undefined ? [] : [[volume.claimUid, past]];
    }));
  }

  return {
    record(): void {},
    forget(): void {},
    async read(volumes, signal): Promise<ReadonlyMap<string, VolumePast>> {
      if (volumes.length === 0) return new Map();
      if (trouble !== undefined && clock.monotonic() - trouble.atMs < REST_MS) {
        throw new Error(trouble.message);
      }
      using link = linkAbort(signal);
      using _limit = startWatchdog(clock, READ_LIMIT_MS, () => link.abort(new Error(LATE)));
      try {
        const pasts = await readAll(volumes, link.signal);
        trouble = undefined;
        return pasts;
      } catch (error) {
        if (!signal.aborted) trouble = { message: errorText(error), atMs: clock.monotonic() };
        throw error;
      }
    },
    state(): HistoryState {
      return trouble === undefined
        ? { kind: "kept" }
        : { kind: "unavailable", message: trouble.message };
    },
    close: () => Promise.resolve(),
  };
}

const LATE = `Cannot read the past from Prometheus: expected an answer within ${
  READ_LIMIT_MS / 1_000
} s, found none`;

function byClaim(
  series: readonly PrometheusSeries[],
  namespaceLabel: string,
): ReadonlyMap<string, PrometheusSeries> {
  return new Map(
    series.map((one) => [keyOf(one.labels[namespaceLabel], one.labels[CLAIM_LABEL]), one]),
  );
}

function keyOf(namespace = "", claimName = ""): string {
  return `${namespace}/${claimName}`;
}

/** Undefined where Prometheus knows nothing of the volume. */
function pastOf(
  samples: PrometheusSeries | undefined,
  hourly: readonly (PrometheusSeries | undefined)[],
  nowMs: number,
): VolumePast | undefined {
  const past: VolumePast = {
    samples: (samples?.points ?? []).filter(({ value }) => isSize(value)).map((point) => ({
      ageMs: millis(nowMs - point.atMs),
      sample: { kind: "known", usedBytes: bytes(Math.round(point.value)), basis: "blocks" },
    })),
    aggregates: aggregatesOf(hourly, nowMs),
  };
  return past.samples.length + past.aggregates.length === 0 ? undefined : past;
}

/** An hour of which one of the functions says nothing is left out. */
function aggregatesOf(
  hourly: readonly (PrometheusSeries | undefined)[],
  nowMs: number,
): AgedAggregate[] {
  const [least, most, last, counts] = hourly.map((series) =>
    new Map((series?.points ?? []).map(({ atMs, value }) => [atMs, value]))
  );
  return [...least ?? []].flatMap(([atMs, minimum]) => {
    const values = [minimum, most?.get(atMs), last?.get(atMs)];
    const count = counts?.get(atMs);
    const [minBytes, maxBytes, lastBytes] = values.filter(isSize).map((value) =>
      bytes(Math.round(value))
    );
    if (count === undefined || lastBytes === undefined) return [];
    if (minBytes === undefined || maxBytes === undefined) return [];
    const aggregate = { minBytes, maxBytes, lastBytes, count, basis: "blocks" as const };
    return [{ ageMs: nowMs - atMs, aggregate }];
  });
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
