/**
 * The probes of the kubelet: `GET /healthz` and `GET /readyz`.
 *
 * @module
 */

import { type Context, Hono } from "hono";

/** Whether something holds, and if not, why: one sentence for each reason. */
export interface Probe {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** What does not work and keeps nothing else from working: somebody should know, and nothing waits for it. */
  readonly impairments?: readonly string[] | undefined;
  /** Who of several processes leads, where they elect a leader. */
  readonly leadership?: Leadership | undefined;
}

/** Who leads, as far as this process knows. */
export interface Leadership {
  /** Whether this process does. */
  readonly leads: boolean;
  /** Identity of the leader. */
  readonly leader?: string | undefined;
}

/** What the app asks when it is asked. */
export interface ProbeDependencies {
  /** False only where a restart would help. */
  readonly liveness: () => Probe;
  /** False while the controller can't decide: caches incomplete, or shutting down. */
  readonly readiness: () => Probe;
}

/** Creates the app. */
export function createProbeApp(dependencies: ProbeDependencies): Hono {
  const app = new Hono();
  app.get("/healthz", (context) => answer(context, dependencies.liveness()));
  app.get("/readyz", (context) => answer(context, dependencies.readiness()));
  return app;
}

function answer(context: Context, probe: Probe): Response {
  return context.json(probe, probe.ok ? 200 : 503);
}
