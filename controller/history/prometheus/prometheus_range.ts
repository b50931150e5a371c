/**
 * What the history asks of a Prometheus.
 *
 * @module
 */

/** A stretch of time, and how far its instants lie apart. */
export interface RangeSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A series with its values, oldest first. A value may be NaN or infinite. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/** Evaluates expressions over stretches of time (`/api/v1/query_range`). */
export interface PrometheusRange {
  /** @throws {Error} If there is no good answer in time. */
  queryRange(
    expression: string,
    span: RangeSpan,
    signal: AbortSignal,
  ): Promise<readonly RangeSeries[]>;
}
