/**
 * The shipped controller as a process of its own: under the flags of `deno task controller`, with the rights
 * of {@link installControllerAccount}.
 *
 * @module
 */

import { parseJsonObject } from "../../kube/json.ts";
import { Redacted } from "../../kube/redacted.ts";
import { textAt } from "./claim.ts";
import { waitForHttp } from "./http_ready.ts";
import { type Lab } from "./lab.ts";
import { pkiFiles } from "./pki.ts";
import type { PodSurroundings } from "./pod_surroundings.ts";
import { type LabProcess } from "./process.ts";
import { CONTROLLER_ACCOUNT, CONTROLLER_NAMESPACE, installControllerAccount } from "./rbac.ts";

/** The repository, from which its tasks run. */
export const REPOSITORY = new URL("../../", import.meta.url).pathname;
/** Audience of the agents' tokens, the product's default. */
export const AUDIENCE = "cnpg-storage-manager";

/** The program as the task names it. */
export const CONTROLLER_PROGRAM = "controller/main.ts";

/** Outlives any test. */
const TOKEN_SECONDS = 3_600;
const READY_LIMIT_MS = 30_000;
const WRITE_FLAG = "--allow-write=";

/** Where controllers of one lab listen and what they are configured with. */
export interface ControllerSite {
  /** Where agents report: `https://127.0.0.1:PORT` */
  readonly reportsUrl: string;
  /** Probes and metrics: `http://127.0.0.1:PORT` */
  readonly statusUrl: string;
  /** PEM file that agents trust. */
  readonly caFile: string;
  /**
   * Starts a controller and resolves when it is ready. The one before must have ended. `program` replaces the
   * sources, for a bundle of them.
   */
  start(program?: string, how?: ControllerStart): Promise<ControllerProcess>;
}

/** What is different for one start. */
export interface ControllerStart {
  /** Settings that replace those of the site. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** It finds what it would in a pod, instead of a kubeconfig. */
  readonly pod?: PodSurroundings | undefined;
}

/** A running controller. */
export interface ControllerProcess extends LabProcess {
  /** How long it took from the start of the process to readiness. */
  readonly readyAfterMs: number;
  /** The value of a series of `/metrics`, by its name and labels as they stand there. */
  metric(series: string): Promise<number | undefined>;
}

/**
 * Makes account, kubeconfig and configuration; `settings` are added to the configuration. `server` is what
 * stands between the controller and the API server, if anything does.
 */
export async function prepareController(
  lab: Lab,
  settings: Readonly<Record<string, unknown>> = {},
  server: string = lab.controlPlane.server,
): Promise<ControllerSite> {
  await installControllerAccount(lab.api);
  const kubeconfigFile = await writeKubeconfig(lab, "controller", server);
  const [reportsPort, statusPort] = [freePort(), freePort()];
  const files = pkiFiles(`${lab.directory}/pki`);
  const configFile = `${lab.directory}/controller.yaml`;
  const host = "127.0.0.1";
  const base = {
    agent: {
      listen: { host, port: reportsPort },
      tls: { certFile: files.serverCertificate, keyFile: files.serverKey },
    },
    serve: { host, port: statusPort },
    ...settings,
  };
  const statusUrl = `http://${host}:${statusPort}`;
  const shipped = await shippedFlags("controller");
  const flags = settings["persistence"] === undefined
    ? shipped
    : await writeWithin(historyDirectoryOf(lab), shipped);
  let started = 0;
  return {
    reportsUrl: `https://${host}:${reportsPort}`,
    statusUrl,
    caFile: files.caCertificate,
    async start(program = CONTROLLER_PROGRAM, how = {}): Promise<ControllerProcess> {
      // As the chart writes it.
      const config = JSON.stringify({ ...base, ...how.settings }, null, 2);
      await Deno.writeTextFile(configFile, config);
      const { pod = outsideOfPods(kubeconfigFile) } = how;
      const args = [...replaceProgram(flags, program), "--config", configFile];
      const process = lab.startProcess({
        name: `controller-${++started}`,
        ...pod.enter(Deno.execPath(), args),
        cwd: REPOSITORY,
      });
      const readyAfterMs = await waitForHttp(process, `${statusUrl}/readyz`, {
        limitMs: READY_LIMIT_MS,
      });
      return { ...process, readyAfterMs, metric: (series) => readMetric(statusUrl, series) };
    },
  };
}

function outsideOfPods(kubeconfigFile: string): PodSurroundings {
  return {
    enter: (command, args) => ({ command, args: [...args, "--kubeconfig", kubeconfigFile] }),
  };
}

/** Where controllers of a lab keep their history, if their settings say `persistence`. */
export function historyDirectoryOf({ directory }: Pick<Lab, "directory">): string {
  return `${directory}/history`;
}

/** The flags with another directory to write to, which is made. */
async function writeWithin(directory: string, flags: readonly string[]): Promise<string[]> {
  await Deno.mkdir(directory, { recursive: true });
  return flags.map((flag) => flag.startsWith(WRITE_FLAG) ? WRITE_FLAG + directory : flag);
}

/**
 * Arguments of `deno` for a task that is one `deno run`: what ships is what is tested.
 *
 * @throws {TypeError} if the task is something else
 */
export async function shippedFlags(task: string): Promise<string[]> {
  const path = `${REPOSITORY}deno.json`;
  const command = textAt(parseJsonObject(await Deno.readTextFile(path), path), "tasks", task);
  const [program, subcommand, ...args] = command.split(" ");
  if (program !== "deno" || subcommand !== "run") {
    throw new TypeError(`Cannot start task ${task}: expected 'deno run …', found '${command}'`);
  }
  return [subcommand, ...args];
}

function replaceProgram(flags: readonly string[], program: string): string[] {
  return flags.map((flag) => flag === CONTROLLER_PROGRAM ? program : flag);
}

/** Writes a kubeconfig of the controller's account with a token of its own. */
export async function writeKubeconfig(
  lab: Lab,
  name = "controller",
  server: string = lab.controlPlane.server,
): Promise<string> {
  const { controlPlane } = lab;
  const token = await controlPlane.createServiceAccountToken({
    namespace: CONTROLLER_NAMESPACE,
    serviceAccount: CONTROLLER_ACCOUNT,
    expirationSeconds: TOKEN_SECONDS,
  });
  return await controlPlane.writeKubeconfig(name, {
    server,
    caCertificates: [controlPlane.caCertificate],
    token: { kind: "static", token: new Redacted(token) },
  });
}

/** Reads the value of a series of `/metrics`, by its name and labels as they stand there. */
export async function readMetric(statusUrl: string, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${statusUrl}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** A port that was free a moment ago: agents must know it before the controller listens. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
