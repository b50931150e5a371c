/**
 * Several controllers of which one leads, and the Service that leads agents to it.
 *
 * @module
 */

import { sliceName } from "../../controller/lead/agent_endpoint.ts";
import { type JsonObject } from "../../kube/api.ts";
import { ENDPOINT_SLICE } from "../../kube/resources.ts";
import { at, textAt } from "./claim.ts";
import {
  type ControllerProcess,
  freePort,
  readMetric,
  REPOSITORY,
  shippedFlags,
  writeKubeconfig,
} from "./controller_process.ts";
import { waitForHttp } from "./http_ready.ts";
import { type Lab } from "./lab.ts";
import { pkiFiles } from "./pki.ts";
import { CONTROLLER_NAMESPACE, installControllerAccount } from "./rbac.ts";

/** Service without selector, the one that the manifest of rights names. */
const SERVICE = "cnpg-storage-manager";
const HOST = "127.0.0.1";
const READY_LIMIT_MS = 30_000;

/** One of several controllers. */
export interface Replica extends ControllerProcess {
  /** Name of its pod, which its identity begins with. */
  readonly podName: string;
  /** By which the audit log tells its writes from those of others. */
  readonly credential: string;
  /** Where it takes reports itself: `https://127.0.0.1:PORT` */
  readonly ownReportsUrl: string;
  /** What `/readyz` says of the election. */
  leadership(): Promise<Leadership>;
}

/** Who leads, as a replica sees it. */
export interface Leadership {
  readonly leads: boolean;
  readonly leader: string;
}

/** Where replicas of one lab are started. */
export interface ReplicaSite extends Disposable {
  /** Where agents report: whoever leads answers. */
  readonly reportsUrl: string;
  readonly caFile: string;
  /** Starts one more and resolves when it is ready; `server` is how it reaches the API server. */
  start(server?: string): Promise<Replica>;
}

/** Makes account and Service; nothing runs yet. */
export async function prepareReplicas(lab: Lab): Promise<ReplicaSite> {
  await installControllerAccount(lab.api);
  const { caCertificate: caFile } = pkiFiles(`${lab.directory}/pki`);
  const proxy = startServiceProxy(lab);
  let started = 0;
  return {
    reportsUrl: `https://${HOST}:${proxy.port}`,
    caFile,
    start: (server = lab.controlPlane.server) => startReplica(lab, ++started, server),
    [Symbol.dispose]: proxy.close,
  };
}

async function startReplica(lab: Lab, serial: number, server: string): Promise<Replica> {
  const [reportsPort, statusPort] = [freePort(), freePort()];
  const podName = `manager-${serial}`;
  const configFile = `${lab.directory}/${podName}.yaml`;
  const kubeconfigFile = await writeKubeconfig(lab, podName, server);
  const files = pkiFiles(`${lab.directory}/pki`);
  await Deno.writeTextFile(
    configFile,
    JSON.stringify({
      leaderElection: { enabled: true, agentService: SERVICE },
      agent: {
        listen: { host: HOST, port: reportsPort },
        tls: { certFile: files.serverCertificate, keyFile: files.serverKey },
      },
      serve: { host: HOST, port: statusPort },
    }),
  );
  const process = lab.startProcess({
    name: podName,
    command: Deno.execPath(),
    args: [
      ...await shippedFlags("controller"),
      "--config",
      configFile,
      "--kubeconfig",
      kubeconfigFile,
    ],
    // An address within the cluster; the proxy knows that all of them are this machine.
    env: { POD_NAME: podName, POD_NAMESPACE: CONTROLLER_NAMESPACE, POD_IP: `10.0.0.${serial}` },
    cwd: REPOSITORY,
  });
  const statusUrl = `http://${HOST}:${statusPort}`;
  const readyAfterMs = await waitForHttp(process, `${statusUrl}/readyz`, {
    limitMs: READY_LIMIT_MS,
  });
  return {
    ...process,
    podName,
    credential: await readCredential(kubeconfigFile),
    ownReportsUrl: `https://${HOST}:${reportsPort}`,
    readyAfterMs,
    metric: (series) => readMetric(statusUrl, series),
    leadership: () => readLeadership(statusUrl),
  };
}

/** The id of the token in a kubeconfig, as the audit log names it. */
async function readCredential(kubeconfigFile: string): Promise<string> {
  const payload = /eyJ[\w-]+\.([\w-]+)\./.exec(await Deno.readTextFile(kubeconfigFile))?.[1] ?? "";
  const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  return `JTI=${textAt(claims, "jti")}`;
}

async function readLeadership(statusUrl: string): Promise<Leadership> {
  const answer: unknown = await (await fetch(`${statusUrl}/readyz`)).json();
  const leadership = at(answer, "leadership");
  return { leads: at(leadership, "leads") === true, leader: textAt(leadership, "leader") };
}

interface ServiceProxy {
  readonly port: number;
  close(): void;
}

/** What kube-proxy does with a Service: connections go where its EndpointSlice says at that moment. */
function startServiceProxy(lab: Lab): ServiceProxy {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const open = new Set<Deno.Conn>();
  async function serve(incoming: Deno.Conn): Promise<void> {
    open.add(incoming);
    try {
      using outgoing = await Deno.connect({ hostname: HOST, port: await endpointPort(lab) });
      open.add(outgoing);
      await Promise.all([
        incoming.readable.pipeTo(outgoing.writable),
        outgoing.readable.pipeTo(incoming.writable),
      ]);
    } catch {
      // Nobody is there, or one of the two has left: the other one sees that too.
      close(incoming);
    }
  }
  async function accept(): Promise<void> {
    for await (const incoming of listener) void serve(incoming);
  }
  void accept();
  return {
    port: listener.addr.port,
    close(): void {
      listener.close();
      open.forEach(close);
    },
  };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    // Its streams may have closed it.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

async function endpointPort(lab: Lab): Promise<number> {
  const slice: JsonObject = await lab.api.get(ENDPOINT_SLICE, {
    namespace: CONTROLLER_NAMESPACE,
    name: sliceName(SERVICE),
  });
  const ports = at(slice, "ports");
  return Array.isArray(ports) ? Number(at(ports[0], "port")) : NaN;
}
