/**
 * A small client of Prometheus, and of what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics.
 *
 * @module
 */

import { isReadable } from "../../../kube/connection.ts";
import type { TransportRequest } from "../../../kube/transport.ts";
import { exchange, type ExchangeDependencies, type ExchangeLimits } from "../exchange.ts";
import { type PrometheusSample, type PrometheusSeries, readMatrix, readVector } from "./answer.ts";
import type { ReadHeaders } from "./headers_file.ts";

/** Five series for each of thousands of volumes; a query that takes longer is given up by Prometheus itself. */
const LIMITS: ExchangeLimits = { deadlineMs: 20_000, bytesMax: 16 * 1_024 * 1_024 };

/** Headers that prove who asks (RFC 9110 §11, RFC 6265 §4.2): whoever reads one may ask in the same name. */
const CREDENTIALS: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

const MS_PER_SECOND = 1_000;

/** What a client needs. */
export interface PrometheusClientDependencies extends ExchangeDependencies {
  /** Where the API is, without `/api/v1`. */
  readonly address: string;
  readonly readHeaders: ReadHeaders;
}

/** A stretch of time on Prometheus' clock. */
export interface PrometheusSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Queries a Prometheus. Both methods reject when there is no answer in time, or no good one. */
export interface PrometheusClient {
  /** Evaluates an expression now; each sample tells when, on Prometheus' clock. */
  query(expression: string, signal: AbortSignal): Promise<readonly PrometheusSample[]>;
  /** Evaluates an expression at each step of a stretch of time. */
  queryRange(
    expression: string,
    span: PrometheusSpan,
    signal: AbortSignal,
  ): Promise<readonly PrometheusSeries[]>;
}

/** Creates a client. Expressions are sent as forms, since selectors may outgrow an address. */
export function createPrometheusClient(
  dependencies: PrometheusClientDependencies,
): PrometheusClient {
  async function post<Result>(
    path: string,
    form: Readonly<Record<string, string>>,
    read: (status: number, text: string) => Result,
    signal: AbortSignal,
  ): Promise<Result> {
    const request = requestTo(dependencies, path, new URLSearchParams(form).toString());
    const { status, text } = await exchange(dependencies, request, LIMITS, signal);
    return read(status, text);
  }

  return {
    query: (query, signal) => post("query", { query }, readVector, signal),
    queryRange: (query, { startMs, endMs, stepMs }, signal) =>
      post(
        "query_range",
        { query, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) },
        readMatrix,
        signal,
      ),
  };
}

/** @throws {TypeError} If the file of headers has a credential that everybody on the way would read. */
async function requestTo(
  { address, readHeaders }: PrometheusClientDependencies,
  path: string,
  body: string,
): Promise<TransportRequest> {
  const secrets = Object.entries(await readHeaders());
  const credential = secrets.find(([name]) => CREDENTIALS.includes(name));
  if (credential !== undefined && isReadable(new URL(address))) {
    throw new TypeError(`Cannot send ${credential[0]}: expected https, found plain http`);
  }
  return {
    method: "POST",
    url: `${address.replace(/\/+$/, "")}/api/v1/${path}`,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...Object.fromEntries(secrets.map(([name, value]) => [name, value.reveal()])),
    },
    body,
  };
}

function seconds(durationMs: number): string {
  return String(durationMs / MS_PER_SECOND);
}
