/**
 * Runs the controller from its first watch to its last answer.
 *
 * @module
 */

import type { Clock, Random } from "../kube/clock.ts";
import type { LoadedConnection, ReadTextFile } from "../kube/connection.ts";
import { createEventRecorder } from "../kube/events.ts";
import { createFetchApi } from "../kube/fetch_api.ts";
import { loadInCluster } from "../kube/in_cluster.ts";
import { kubeconfigPaths, loadKubeconfig } from "../kube/kubeconfig.ts";
import { createLimiter, LANE_LIMITS } from "../kube/limiter.ts";
import type { Logger } from "../kube/logger.ts";
import { type Controller, createController } from "./create_controller.ts";
import type { ControllerConfig } from "./config/mod.ts";
import { createAnnounce } from "./reconcile/create_announce.ts";
import { createWatchHealth, HEARD_WITHIN_MS } from "./reconcile/watch_health.ts";
import {
  createMetrics,
  createMetricsApp,
  createProbeApp,
  type MemoryUse,
  type Metrics,
  type MetricsText,
  type Probe,
  type RunningServer,
  serveHttp,
  serveTls,
} from "./serve/mod.ts";
import { VERSION } from "./version.ts";

/** Shown as the source of Kubernetes Events. */
const REPORTING_CONTROLLER = "cnpg.supporttools.io/storage-manager";

/** What was begun may take so long to end; kubelet waits 30 s by default. */
const STOP_MS = 15_000;

/** How long requests under way may take to end when the servers stop. */
const SERVER_GRACE_MS = 3_000;

/** Events that tell about the last work get this long to be sent. */
const FLUSH_MS = 2_000;

/** What running needs from the process. */
export interface RunDependencies {
  readonly config: ControllerConfig;
  readonly kubeconfigFile?: string | undefined;
  /** Value of an environment variable. */
  readonly environment: (name: string) => string | undefined;
  readonly readTextFile: ReadTextFile;
  /** Tells whether reading failed because there is no such file. */
  readonly isNotFound: (error: unknown) => boolean;
  readonly readMemory: () => MemoryUse;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Runs until `stop` is aborted, and resolves when everything has ended in order: not ready any more, no new
 * work, what was begun finished, servers closed, watches ended. Also what makes it reject leaves nothing open.
 *
 * @throws {Error} If there is no way to reach an API server, or an address cannot be listened on.
 */
export async function runController(
  dependencies: RunDependencies,
  stop: AbortSignal,
): Promise<void> {
  const { config, clock, random, logger, readTextFile, readMemory } = dependencies;
  const { connection, namespace } = await loadConnection(dependencies);
  const api = createFetchApi(connection, {
    clock,
    random,
    readTextFile,
    userAgent: `cnpg-storage-manager/${VERSION}`,
    limiter: createLimiter({ clock }, laneLimits(config)),
  });
  const metrics = createMetrics({ version: VERSION, readMemory, clock });
  const events = createEventRecorder({
    api,
    clock,
    random,
    log: logger,
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: dependencies.environment("POD_NAME") ?? "cnpg-storage-manager",
  });
  const watching = new AbortController();
  const controller = createController({
    config,
    api,
    announce: createAnnounce(events),
    metrics,
    clock,
    random,
    logger,
    // Work that was begun may end its writes after `stop`: it is given time for that.
    mayWrite: () => !watching.signal.aborted,
  });
  const observing = controller.observe(watching.signal);
  try {
    const servers = await listen(dependencies, controller, metrics, stop);
    logger.info("the controller runs", { version: VERSION, server: connection.server, namespace });
    await Promise.race([aborted(stop), observing]);
    logger.info("the controller stops");
    await controller.stop(STOP_MS);
    await Promise.all([
      ...servers.map((server) => server.shutdown(SERVER_GRACE_MS)),
      Promise.race([events.flush(), clock.sleep(FLUSH_MS)]),
    ]);
  } finally {
    await controller.stop(0);
    watching.abort();
    events.close();
    await observing;
    api.close();
  }
  logger.info("the controller has stopped");
}

async function loadConnection(dependencies: RunDependencies): Promise<LoadedConnection> {
  const { kubeconfigFile, environment, readTextFile, isNotFound } = dependencies;
  if (kubeconfigFile !== undefined) {
    return await loadKubeconfig({ paths: [kubeconfigFile], readTextFile, isNotFound });
  }
  if (environment("KUBERNETES_SERVICE_HOST") !== undefined) {
    return await loadInCluster({ environment, readTextFile });
  }
  return await loadKubeconfig({ paths: kubeconfigPaths(environment), readTextFile, isNotFound });
}

/** The configured limits are those of the default lane; volumes keep their own. */
function laneLimits({ kubernetes }: ControllerConfig): typeof LANE_LIMITS {
  return {
    ...LANE_LIMITS,
    default: {
      ...LANE_LIMITS.default,
      ratePerSecond: kubernetes.qps,
      burst: kubernetes.burst,
      inFlightMax: kubernetes.maxInFlight,
    },
  };
}

async function listen(
  { config, clock, logger, readTextFile }: RunDependencies,
  controller: Controller,
  metrics: Metrics,
  stop: AbortSignal,
): Promise<RunningServer[]> {
  const { agent, serve } = config;
  const status = createProbeApp({
    liveness: () => ({ ok: true, reasons: [] }),
    readiness: () => readinessOf(controller, stop),
  });
  status.route("/", createMetricsApp(metricsOf(controller, metrics)));
  const reports = await serveTls({
    ...agent.listen,
    app: controller.ingest,
    tls: agent.tls,
    readTextFile,
    clock,
    logger,
  });
  try {
    return [reports, await serveHttp({ ...serve, app: status, clock, logger })];
  } catch (error) {
    await reports.shutdown(0);
    throw error;
  }
}

/** The metrics, with those of the watches as they are when they are printed. */
function metricsOf({ observer }: Controller, metrics: Metrics): Pick<Metrics, "print"> {
  const showWatchHealth = createWatchHealth({ observer, metrics });
  return {
    print(): Promise<MetricsText> {
      showWatchHealth();
      return metrics.print();
    },
  };
}

function readinessOf({ observer }: Controller, stop: AbortSignal): Probe {
  const reasons: string[] = [];
  if (stop.aborted) reasons.push("the process stops");
  if (!observer.synced()) reasons.push("the caches are not complete");
  else if (!observer.heardWithin(HEARD_WITHIN_MS)) reasons.push("a watch has been silent too long");
  return { ok: reasons.length === 0, reasons };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
