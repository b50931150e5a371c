/**
 * The product's agent in a simulated pod: only what it measures is simulated.
 *
 * @module
 */

import type { DirectoryReader, PathKind } from "../../agent/locate_volumes.ts";
import type { FileSystemStatistics, VolumeProbe } from "../../agent/measure.ts";
import { runAgent } from "../../agent/run_agent.ts";
import { createReportSender } from "../../agent/send_report.ts";
import { createSettings } from "../../agent/settings.ts";
import { TABLESPACES_PATH } from "../../agent/volume.ts";
import { AGENT_VERSION } from "../../agent/version.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import { createDenoTransport } from "../../kube/deno_transport.ts";
import type { Logger } from "../../kube/logger.ts";
import type { SimulatedInstance } from "../../sim/mod.ts";

/** What all agents share. */
export interface AgentSite {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where the manager takes reports, for example `https://127.0.0.1:8443`. */
  readonly reportsUrl: string;
  /** PEM of the authority of the manager's certificate. */
  readonly authority: string;
}

/** Runs the agent of an instance's present pod until `signal` is aborted. */
export async function runSimulatedAgent(
  instance: SimulatedInstance,
  podUid: string,
  { clock, random, logger, reportsUrl, authority }: AgentSite,
  signal: AbortSignal,
): Promise<void> {
  const settings = await createSettings({
    environment: {
      POD_NAMESPACE: instance.namespace,
      POD_NAME: instance.name,
      STORAGE_AGENT_CONTROLLER_URL: reportsUrl,
      STORAGE_AGENT_CONTROLLER_CA: authority,
    },
    readTextFile: noFile,
  }, logger);
  const sender = createReportSender({
    clock,
    controller: () => settings.config().controller,
    // The only file that an agent of this configuration reads is its token.
    readTextFile: () => Promise.resolve(instance.agentToken(clock.now())),
    openTransport: ({ url, ca }) =>
      createDenoTransport(
        {
          server: url,
          caCertificates: ca === undefined ? undefined : [ca],
          token: { kind: "none" },
        },
        { clock, readTextFile: noFile },
      ),
  });
  try {
    await runAgent({
      clock,
      random,
      logger,
      directories: directoriesOf(instance),
      probe: probeOf(instance),
      sender,
      settings,
      agentVersion: AGENT_VERSION,
      session: podUid,
      problems: [],
    }, signal);
  } finally {
    sender.close();
  }
}

function noFile(path: string): Promise<string> {
  return Promise.reject(new TypeError(`Cannot read ${path}: expected no such file to be needed`));
}

function directoriesOf({ volumes }: SimulatedInstance): DirectoryReader {
  return {
    kindOf(path): Promise<PathKind> {
      const isThere = volumes.some(({ mountPath }) =>
        mountPath === path || mountPath.startsWith(`${path}/`)
      );
      return Promise.resolve(isThere ? "directory" : "absent");
    },
    names: (path) =>
      Promise.resolve(
        volumes
          .filter(({ mountPath }) => path === TABLESPACES_PATH && mountPath.startsWith(`${path}/`))
          .map(({ mountPath }) => mountPath.slice(path.length + 1)),
      ),
  };
}

function probeOf({ name, volumes }: SimulatedInstance): VolumeProbe {
  return {
    statistics(path): Promise<FileSystemStatistics> {
      const volume = volumes.find(({ mountPath }) => mountPath === path);
      if (volume !== undefined) return Promise.resolve(volume.fileSystem.statistics());
      return Promise.reject(new RangeError(`Cannot measure ${path}: ${name} has no volume there`));
    },
  };
}
