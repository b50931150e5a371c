/**
 * A server that answers `query_range` in Prometheus' format, and a client that asks it.
 *
 * Adapter: HTTP on loopback, for tests.
 *
 * @module
 */

import type { PrometheusRange, RangeSeries } from "../prometheus/prometheus_range.ts";

/** What a query asked for. */
export interface RangeQuery {
  readonly expression: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}

/** A series in Prometheus' format. */
export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/** A server that runs. */
export interface PrometheusServer extends AsyncDisposable {
  readonly client: PrometheusRange;
  readonly queries: readonly RangeQuery[];
}

/** Starts a server; an answer that is undefined is an error 503. */
export function startPrometheus(
  answer: (query: RangeQuery) => readonly MatrixSeries[] | undefined,
): PrometheusServer {
  const queries: RangeQuery[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    (request): Response => {
      const parameters = new URL(request.url).searchParams;
      const [startSeconds = 0, endSeconds = 0, stepSeconds = 0] = ["start", "end", "step"]
        .map((name) => Number(parameters.get(name)));
      const expression = parameters.get("query") ?? "";
      const query = { expression, startSeconds, endSeconds, stepSeconds };
      queries.push(query);
      const result = answer(query);
      return result === undefined
        ? Response.json({ status: "error", errorType: "timeout", error: "slow" }, { status: 503 })
        : Response.json({ status: "success", data: { resultType: "matrix", result } });
    },
  );
  return {
    queries,
    client: clientOf(server.addr.port),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function clientOf(port: number): PrometheusRange {
  return {
    async queryRange(query, { startMs, endMs, stepMs }, signal): Promise<RangeSeries[]> {
      const parameters = new URLSearchParams({
        query,
        start: String(startMs / 1_000),
        end: String(endMs / 1_000),
        step: String(stepMs / 1_000),
      });
      const url = `http://127.0.0.1:${port}/api/v1/query_range?${parameters}`;
      const response = await fetch(url, { signal });
      const body: { readonly data?: { readonly result: readonly MatrixSeries[] } } = await response
        .json();
      if (body.data === undefined) throw new Error(`Prometheus answered ${response.status}`);
      return body.data.result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([seconds, value]) => ({ atMs: seconds * 1_000, value: Number(value) })),
      }));
    },
  };
}
