/**
 * A server that answers `query_range` in Prometheus' format, and the client of the sources, which asks it.
 *
 * Adapter: HTTP on loopback, for tests.
 *
 * @module
 */

import { createDenoTransport } from "../../../kube/deno_transport.ts";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { createPrometheusClient, type PrometheusClient } from "../../sources/prometheus/client.ts";

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
  readonly client: Pick<PrometheusClient, "queryRange">;
  readonly queries: readonly RangeQuery[];
}

/** Starts a server; an answer that is undefined is an error 503. */
export function startPrometheus(
  answer: (query: RangeQuery) => readonly MatrixSeries[] | undefined,
): PrometheusServer {
  const queries: RangeQuery[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    async (request): Promise<Response> => {
      const form = new URLSearchParams(await request.text());
      const [startSeconds = 0, endSeconds = 0, stepSeconds = 0] = ["start", "end", "step"]
        .map((name) => Number(form.get(name)));
      const expression = form.get("query") ?? "";
      const query = { expression, startSeconds, endSeconds, stepSeconds };
      queries.push(query);
      const result = answer(query);
      return result === undefined
        ? Response.json({ status: "error", errorType: "timeout", error: "slow" }, { status: 503 })
        : Response.json({ status: "success", data: { resultType: "matrix", result } });
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}`;
  const clock = createFakeClock();
  const transport = createDenoTransport({ server: address, token: { kind: "none" } }, {
    clock,
    readTextFile: Deno.readTextFile,
  });
  const readHeaders = (): Promise<Record<string, never>> => Promise.resolve({});
  return {
    queries,
    client: createPrometheusClient({ transport, clock, address, readHeaders }),
    async [Symbol.asyncDispose](): Promise<void> {
      transport.close();
      await server.shutdown();
    },
  };
}
