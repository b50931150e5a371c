/**
 * Runs the controller from its first watch to its last answer.
 *
 * @module
 */

import type { Clock, Random } from "../kube/clock.ts";
import type { Connection, LoadedConnection, ReadTextFile } from "../kube/connection.ts";
import { createDenoTransport } from "../kube/deno_transport.ts";
import { createEventRecorder, type EventRecorder } from "../kube/events.ts";
import { createFetchApi, type FetchApi } from "../kube/fetch_api.ts";
import { loadInCluster } from "../kube/in_cluster.ts";
import { createLimiter, LANE_LIMITS, type Limiter } from "../kube/limiter.ts";
import type { Logger } from "../kube/logger.ts";
import { createController } from "./create_controller.ts";
import type { ControllerConfig } from "./config/mod.ts";
import type { History } from "./history/history.ts";
import { createCandidacy, fenceTransport } from "./lead/mod.ts";
import { createAnnounce } from "./reconcile/create_announce.ts";
import {
  createMetrics,
  createMetricsApp,
  createProbeApp,
  type MemoryUse,
  type RunningServer,
  serveHttp,
  serveTls,
} from "./serve/mod.ts";
import { runSources } from "./sources/run_sources.ts";
import { isReady, metricsOf, readinessOf, type Running } from "./status.ts";
import { VERSION } from "./version.ts";

/** Shown as the source of Kubernetes Events. */
const REPORTING_CONTROLLER = "cnpg.supporttools.io/storage-manager";

/** What was begun may take so long to end; kubelet waits 30 s by default. */
const STOP_MS = 15_000;

/** How long requests under way may take to end when the servers stop. */
const SERVER_GRACE_MS = 3_000;

/** The volume of the history gets this long to take what was not written yet. */
const HISTORY_CLOSE_MS = 3_000;

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
  /** Makes the history that is configured; it is closed when the controller ends. */
  readonly openHistory: (
    dependencies: Pick<RunDependencies, "config" | "clock" | "logger" | "readTextFile">,
  ) => History;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Runs until `stop` is aborted, and resolves when everything has ended in order: not ready any more, no new
 * work, what was begun finished, the Lease given up, servers closed, watches ended. Also what makes it reject
 * leaves nothing open.
 *
 * @throws {Error} If there is no way to reach an API server, if an address cannot be listened on, or if the
 * Lease is lost (docs/adr/0017).
 */
export async function runController(
  dependencies: RunDependencies,
  stop: AbortSignal,
): Promise<void> {
  const { config, clock, random, logger, readMemory } = dependencies;
  const { connection, namespace } = await loadConnection(dependencies);
  const watching = new AbortController();
  // Work that was begun may end its writes after `stop`: it is given time for that.
  const mayWrite = (): boolean => !watching.signal.aborted && (candidacy?.leads() ?? true);
  const metrics = createMetrics({ version: VERSION, readMemory, clock });
  const limiter = createLimiter({ clock, onPass: metrics.laneWaited }, laneLimits(config));
  const api = connect(dependencies, connection, limiter, mayWrite);
  const leaseApi = connect(dependencies, connection, createLimiter({ clock }), () => true);
  const events = recordEvents(dependencies, api);
  const announce = createAnnounce(events);
  const history = dependencies.openHistory(dependencies);
  const parts = { config, api, announce, metrics, history, clock, random, logger, mayWrite };
  const controller = createController(parts);
  const candidacy = config.leaderElection.enabled
    ? createCandidacy({
      config,
      namespace: dependencies.environment("POD_NAMESPACE") ?? namespace,
      podName: dependencies.environment("POD_NAME"),
      podAddress: dependencies.environment("POD_IP"),
      isReady: () => isReady(controller),
      leaseApi,
      api,
      clock,
      random,
      logger,
    })
    : undefined;
  const observing = controller.observe(watching.signal);
  const { observer } = controller;
  const asked = { ...dependencies, api, connection, observer, leads: mayWrite };
  const asking = runSources(asked, watching.signal);
  try {
    const running = { controller, candidacy, metrics, limiter, history };
    const servers = await listen(dependencies, running, stop);
    logger.info("the controller runs", { version: VERSION, server: connection.server, namespace });
    const competing = candidacy?.compete(controller.takeOver);
    const isLost = await Promise.race([
      aborted(stop).then(() => false),
      observing.then(() => false),
      ...competing === undefined ? [] : [competing.then((end) => end === "lost")],
    ]);
    logger.info("the controller stops");
    await controller.stop(isLost ? 0 : STOP_MS);
    await Promise.all([
      ...servers.map((server) => server.shutdown(SERVER_GRACE_MS)),
      sayLastWords(events, dependencies).then(() => candidacy?.retire()),
      history.close(HISTORY_CLOSE_MS),
    ]);
    if (isLost) throw new Error("Cannot go on: expected to hold the lease, found it lost");
  } finally {
    await controller.stop(0);
    watching.abort();
    events.close();
    await Promise.all([observing, asking, candidacy?.retire(), history.close(HISTORY_CLOSE_MS)]);
    api.close();
    leaseApi.close();
  }
  logger.info("the controller has stopped");
}

function recordEvents(
  { clock, environment, logger, random }: RunDependencies,
  api: FetchApi,
): EventRecorder {
  return createEventRecorder({
    api,
    clock,
    random,
    log: logger,
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: environment("POD_NAME") ?? "cnpg-storage-manager",
  });
}

/** A client that writes only while `mayWrite` says so. */
function connect(
  { clock, random, readTextFile }: RunDependencies,
  connection: Connection,
  limiter: Limiter,
  mayWrite: () => boolean,
): FetchApi {
  return createFetchApi(connection, {
    clock,
    random,
    readTextFile,
    userAgent: `cnpg-storage-manager/${VERSION}`,
    limiter,
    transport: fenceTransport(createDenoTransport(connection, { clock, readTextFile }), mayWrite),
  });
}

/** Only a leader may write: what is still to be told is told before the Lease is given up. */
async function sayLastWords(events: EventRecorder, { clock }: RunDependencies): Promise<void> {
  const flushed = new AbortController();
  const late = clock.sleep(FLUSH_MS, flushed.signal).catch(() => {});
  await Promise.race([events.flush(), late]);
  flushed.abort();
}

async function loadConnection(dependencies: RunDependencies): Promise<LoadedConnection> {
  const { kubeconfigFile, environment, readTextFile, isNotFound } = dependencies;
  if (kubeconfigFile === undefined && environment("KUBERNETES_SERVICE_HOST") !== undefined) {
    return await loadInCluster({ environment, readTextFile });
  }
  // A pod does without the parser of YAML, which stays in memory for good.
  const { kubeconfigPaths, loadKubeconfig } = await import("../kube/kubeconfig.ts");
  const paths = kubeconfigFile === undefined ? kubeconfigPaths(environment) : [kubeconfigFile];
  return await loadKubeconfig({ paths, readTextFile, isNotFound });
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
  running: Running,
  stop: AbortSignal,
): Promise<RunningServer[]> {
  const { agent, serve } = config;
  const status = createProbeApp({
    liveness: () => ({ ok: true, reasons: [] }),
    readiness: () => readinessOf(running, stop),
  });
  status.route("/", createMetricsApp(metricsOf(running)));
  const reports = await serveTls({
    ...agent.listen,
    app: running.controller.ingest,
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
