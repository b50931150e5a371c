/**
 * Puts the demonstration together: a world, its API server on a port, the manager, and an agent in every pod.
 *
 * @module
 */

import { createLogger } from "../../controller/log/mod.ts";
import type { JsonObject } from "../../kube/api.ts";
import type { Logger } from "../../kube/logger.ts";
import { kubeconfigText } from "../../sim/api_server/http/write_kubeconfig.ts";
import { serveApi, type ServedApi } from "../../sim/api_server/http/serve_api.ts";
import { addScenario, createWorld, type SimulatedCluster, type World } from "../../sim/mod.ts";
import { createLoopbackCertificate, type LoopbackCertificate } from "../certificates.ts";
import type { Incident } from "../incidents.ts";
import type { ScaledClock } from "../scaled_clock.ts";
import type { Timers } from "../timers.ts";
import { createStageFiles, findFreePorts, type StageFiles } from "./stage_files.ts";
import { startAgents } from "./start_agents.ts";
import { type ManagerSite, type RunningManager, startManager } from "./start_manager.ts";
import { createToldPast } from "./told_past.ts";
import { waitUntilReady } from "./wait_until_ready.ts";

/** As whom the manager talks to the API server. */
export const MANAGER_USER = "system:serviceaccount:cnpg-storage-manager:controller";

const HOST = "127.0.0.1";

/** Until when the manager's token counts: longer than any demonstration lasts. */
const TOKEN_LIFETIME_MS = 10 * 365 * 86_400_000;

/** What is staged. */
export interface StageOptions {
  readonly seed: number;
  readonly clock: ScaledClock;
  readonly timers: Timers;
  readonly definitions: readonly JsonObject[];
  readonly incidents: readonly Incident[];
  /** Port of the API server; 0: any that is free. */
  readonly port: number;
  /** Draws the administrator's token; unlike all else it must not follow from the seed. */
  readonly drawToken: () => string;
  /** The machine's own time, by which certificates are judged. */
  readonly realNowMs: number;
}

/** A cluster, and what befalls it. */
export interface StagedCluster {
  readonly incident: Incident;
  readonly cluster: SimulatedCluster;
}

/** A stage on which everything runs but time: whoever holds it steps the world. */
export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly clusters: readonly StagedCluster[];
  readonly serverUrl: string;
  readonly metricsUrl: string;
  /** Leads `kubectl` to the API server as its administrator. */
  readonly kubeconfigFile: string;
  readonly logFile: string;
  /**
   * Lets the manager come, and an agent into every pod; until then nobody looks after the clusters.
   *
   * @throws {Error} If the manager cannot run.
   */
  admitManager(): Promise<RunningManager>;
}

/**
 * Opens the stage. Disposing of it leaves nothing behind.
 *
 * @throws {Error} If a port cannot be had.
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, clock, definitions, incidents } = options;
  await using opened = new AsyncDisposableStack();
  const files = opened.use(await createStageFiles());
  const log = await files.openLog("manager.log");
  const logger = createLogger({ level: "info", format: "text", clock, write: log.write });
  const world = createWorld({ seed, clock, crds: definitions });
  const clusters = incidents.map((incident) => ({
    incident,
    cluster: addScenario(world, incident.scenario, incident),
  }));
  const certificate = await createLoopbackCertificate(options.realNowMs);
  const adminToken = options.drawToken();
  const served = await serveWorld(world, options, certificate, adminToken, logger);
  opened.defer(() => served.shutdown());
  const kubeconfigFile = await writeKubeconfig(
    files,
    "kubeconfig",
    served,
    certificate,
    adminToken,
  );
  const [reportsPort = 0, statusPort = 0] = findFreePorts(HOST, 2);
  const site = await managerSite({
    ...options,
    world,
    clusters,
    files,
    served,
    certificate,
    logger,
  });
  const stage = opened.move();
  return {
    world,
    clusters,
    serverUrl: served.url,
    metricsUrl: `http://${HOST}:${statusPort}/metrics`,
    kubeconfigFile,
    logFile: log.path,
    async admitManager(): Promise<RunningManager> {
      const manager = stage.use(startManager({ ...site, reportsPort, statusPort }));
      stage.use(startAgents(world, {
        clock,
        random: world.random.fork("agents"),
        logger: warningsOf(logger),
        reportsUrl: `https://${HOST}:${reportsPort}`,
        authority: certificate.authority,
      }));
      await waitUntilReady(`http://${HOST}:${statusPort}/readyz`, manager, options.timers);
      return manager;
    },
    [Symbol.asyncDispose]: () => stage.disposeAsync(),
  };
}

interface StageParts {
  readonly clock: ScaledClock;
  readonly world: World;
  readonly clusters: readonly StagedCluster[];
  readonly files: StageFiles;
  readonly served: ServedApi;
  readonly certificate: LoopbackCertificate;
  readonly logger: Logger;
}

async function managerSite(
  { clock, world, clusters, files, served, certificate, logger }: StageParts,
): Promise<Omit<ManagerSite, "reportsPort" | "statusPort">> {
  return {
    clock,
    random: world.random.fork("manager"),
    logger,
    history: createToldPast(clusters),
    kubeconfigFile: await writeKubeconfig(
      files,
      "manager.kubeconfig",
      served,
      certificate,
      managerToken(world),
    ),
    certFile: await files.write("tls.crt", certificate.certificate),
    keyFile: await files.write("tls.key", certificate.privateKey),
    host: HOST,
  };
}

async function serveWorld(
  { server }: World,
  { clock, port }: StageOptions,
  { certificate, privateKey }: LoopbackCertificate,
  adminToken: string,
  logger: Logger,
): Promise<ServedApi> {
  try {
    const tls = { cert: certificate, key: privateKey };
    return await serveApi({ server, host: HOST, port, clock, adminToken, tls, logger });
  } catch (cause) {
    throw new Error(
      `Cannot serve the API on ${HOST} port ${port} (choose another one with --port, or none)`,
      { cause },
    );
  }
}

function managerToken({ server, clock }: World): string {
  return server.issueToken({
    user: MANAGER_USER,
    uid: "",
    groups: ["system:serviceaccounts", "system:authenticated"],
    audiences: [],
    expiresAtMs: clock.now() + TOKEN_LIFETIME_MS,
  });
}

function writeKubeconfig(
  files: StageFiles,
  name: string,
  served: ServedApi,
  { authority }: LoopbackCertificate,
  token: string,
): Promise<string> {
  return files.write(
    name,
    kubeconfigText({
      serverUrl: served.url,
      token,
      contextName: "cnpg-storage-demo",
      namespace: "default",
      caCertificate: authority,
    }),
  );
}

/** What an agent does every second is of no interest here, what troubles it is. */
function warningsOf(logger: Logger): Logger {
  return { ...logger, debug: () => {}, info: () => {} };
}
