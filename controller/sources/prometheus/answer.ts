/**
 * Answers of Prometheus' HTTP API, as far as they are used.
 *
 * @module
 */

import * as z from "zod";

/** A longer error is recognised by its beginning. */
const ERROR_LENGTH_MAX = 256;

const MS_PER_SECOND = 1_000;

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);

const vectorSchema = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric: labels, value: point })),
});

const matrixSchema = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: labels, values: z.array(point) })),
});

const successSchema = z.object({ status: z.literal("success"), data: z.unknown() });
const errorSchema = z.object({ errorType: z.string(), error: z.string() });

/** A value at an instant of Prometheus' own clock. */
export interface PrometheusPoint {
  readonly atMs: number;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** A series with its value at the instant of evaluation. */
export interface PrometheusSample extends PrometheusPoint {
  readonly labels: Readonly<Record<string, string>>;
}

/** A series with its values, oldest first. */
export interface PrometheusSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly PrometheusPoint[];
}

/**
 * Reads the answer to an instant query.
 *
 * @throws {TypeError} If it is none.
 */
export function readVector(status: number, text: string): PrometheusSample[] {
  const { result } = readResult(vectorSchema, status, text);
  return result.map(({ metric, value }) => ({ labels: metric, ...pointOf(value) }));
}

/**
 * Reads the answer to a range query.
 *
 * @throws {TypeError} If it is none.
 */
export function readMatrix(status: number, text: string): PrometheusSeries[] {
  const { result } = readResult(matrixSchema, status, text);
  return result.map(({ metric, values }) => ({ labels: metric, points: values.map(pointOf) }));
}

function readResult<Result>(schema: z.ZodType<Result>, status: number, text: string): Result {
  const body = parseJson(text);
  const success = successSchema.safeParse(body);
  const data = schema.safeParse(success.data?.data);
  if (status === 200 && data.success) return data.data;
  const failure = errorSchema.safeParse(body);
  const found = failure.success
    ? `${status}: ${failure.data.errorType}: ${failure.data.error.slice(0, ERROR_LENGTH_MAX)}`
    : String(status);
  throw new TypeError(`Cannot query Prometheus: expected a result, found the answer ${found}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pointOf([seconds, text]: readonly [number, string]): PrometheusPoint {
  return { atMs: seconds * MS_PER_SECOND, value: numberOf(text) };
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}
