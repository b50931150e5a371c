/**
 * The metrics over HTTP: `GET /metrics`.
 *
 * @module
 */

import { Hono } from "hono";

import type { Metrics } from "./metrics.ts";

/** Creates the app. */
export function createMetricsApp(metrics: Pick<Metrics, "print">): Hono {
  const app = new Hono();
  app.get("/metrics", async function printMetrics(context): Promise<Response> {
    const { text, contentType } = await metrics.print();
    return context.body(text, 200, { "Content-Type": contentType });
  });
  return app;
}
