/**
 * A real etcd and a real kube-apiserver on loopback, ready in seconds and gone without a trace.
 *
 * There is no controller manager: nothing collects garbage, binds volumes, fills aggregated ClusterRoles or
 * finishes the deletion of namespaces. Fixtures and the {@link startResizer resizer} stand in where needed.
 *
 * @module
 */

import { type KubeApi } from "../../kube/api.ts";
import { type Connection } from "../../kube/connection.ts";
import { Redacted } from "../../kube/redacted.ts";
import { connectApi } from "./api_client.ts";
import { AUDIT_POLICY, type AuditEntry, isWrite, readAuditLog } from "./audit.ts";
import { CONTROL_PLANE_BINARIES, ensureBinary } from "./binaries.ts";
import { waitForHttp } from "./http_ready.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { createPki, type Identity, type Pki, pkiFiles } from "./pki.ts";
import { type LabProcess, startProcess } from "./process.ts";
import { createServiceAccountToken, type TokenRequest } from "./token.ts";

/** Ready takes 4 s on an idle machine; two cores under a build need more. */
const READY_LIMIT_MS = 90_000;
const ETCD_LIMIT_MS = 20_000;
/** A draining API server waits up to a minute for its watches; nothing here is worth that wait. */
const STOP_LIMIT_MS = 2_000;
/** A port that was free may be taken before etcd or the API server listens on it: then others are tried. */
const START_TRIES = 3;

/** The issuer of ServiceAccount tokens, and the audience of the API server itself. */
export const TOKEN_ISSUER = "https://kubernetes.default.svc";

/** A running control plane. Disposing of it ends its processes. */
export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  readonly caCertificate: string;
  /** Connection of a member of `system:masters`. */
  readonly admin: Connection;
  /** The same as a client. */
  readonly api: KubeApi;
  /** The server processes of now, for their logs and their memory. */
  readonly processes: { readonly etcd: LabProcess; readonly kubeApiserver: LabProcess };
  /** How long it took until `/readyz` answered. */
  readonly readyAfterMs: number;
  /** Connection of a user with a client certificate; RBAC decides what it may do. */
  connectUser(identity: Identity): Promise<Connection>;
  /** Connection of a ServiceAccount with a token for the API server. */
  connectServiceAccount(namespace: string, serviceAccount: string): Promise<Connection>;
  /** A client for a connection; it is closed together with the control plane. */
  client(connection: Connection): KubeApi;
  /** Mints a token through the TokenRequest API. */
  createServiceAccountToken(request: TokenRequest): Promise<string>;
  /** Writes a kubeconfig and returns its path. */
  writeKubeconfig(name: string, connection: Connection, namespace?: string): Promise<string>;
  /** The writes received so far, oldest first. */
  auditLog(): Promise<AuditEntry[]>;
  /** The same with what ServiceAccounts have read. */
  requestLog(): Promise<AuditEntry[]>;
  /** Ends the API server with all its connections, and starts it again where it was. */
  restartApiServer(): Promise<void>;
}

interface Servers {
  readonly etcd: LabProcess;
  readonly kubeApiserver: LabProcess;
  readonly admin: Connection;
  /** Starts the API server anew, once it has ended. */
  startAgain(): Promise<LabProcess>;
}

/**
 * Starts etcd and kube-apiserver with all their state in `directory`.
 *
 * @throws {Error} with the end of their logs when they do not become ready
 */
export async function startControlPlane(directory: string): Promise<ControlPlane> {
  const [etcd, kubeApiserver] = [
    await ensureBinary(CONTROL_PLANE_BINARIES.etcd),
    await ensureBinary(CONTROL_PLANE_BINARIES.kubeApiserver),
  ];
  const startedAt = performance.now();
  const pki = await createPki(`${directory}/pki`);
  const servers = await startServers({ etcd, kubeApiserver }, pki, directory);
  const readyAfterMs = performance.now() - startedAt;
  return assemble(servers, pki, directory, readyAfterMs);
}

function assemble(
  servers: Servers,
  pki: Pki,
  directory: string,
  readyAfterMs: number,
): ControlPlane {
  const { admin, etcd } = servers;
  let { kubeApiserver } = servers;
  const clients = new DisposableStack();
  function client(connection: Connection): KubeApi {
    return clients.adopt(connectApi(connection), (opened) => opened.close());
  }
  const api = client(admin);
  return {
    server: admin.server,
    caCertificate: pki.caCertificate,
    admin,
    api,
    get processes(): ControlPlane["processes"] {
      return { etcd, kubeApiserver };
    },
    readyAfterMs,
    connectUser: (identity) => connectUser(admin.server, pki, identity),
    async connectServiceAccount(namespace, serviceAccount): Promise<Connection> {
      const token = await createServiceAccountToken(api, { namespace, serviceAccount });
      return {
        server: admin.server,
        caCertificates: [pki.caCertificate],
        token: { kind: "static", token: new Redacted(token) },
      };
    },
    client,
    createServiceAccountToken: (request) => createServiceAccountToken(api, request),
    async writeKubeconfig(name, connection, namespace): Promise<string> {
      const path = `${directory}/${name}.kubeconfig`;
      await Deno.writeTextFile(path, kubeconfig(connection, namespace), { mode: 0o600 });
      return path;
    },
    auditLog: async () => (await readAuditLog(auditLogPath(directory))).filter(isWrite),
    requestLog: () => readAuditLog(auditLogPath(directory)),
    async restartApiServer(): Promise<void> {
      await stopServers(kubeApiserver);
      kubeApiserver = await servers.startAgain();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      clients.dispose();
      await stopServers(kubeApiserver, etcd);
    },
  };
}

async function startServers(
  binaries: Readonly<Record<"etcd" | "kubeApiserver", string>>,
  pki: Pki,
  directory: string,
): Promise<Servers> {
  await Deno.writeTextFile(`${directory}/audit-policy.json`, AUDIT_POLICY);
  for (let attempt = 1;; attempt++) {
    const [etcdPort, apiPort] = freePorts(2);
    const processes: LabProcess[] = [];
    try {
      const etcd = startProcess({
        name: "etcd",
        command: binaries.etcd,
        args: etcdArguments(`${directory}/etcd-${attempt}`, etcdPort),
        logDirectory: directory,
      });
      processes.unshift(etcd);
      await waitForHealth(etcd, `http://127.0.0.1:${etcdPort}/health`, undefined, ETCD_LIMIT_MS);
      const server = `https://127.0.0.1:${apiPort}`;
      const admin = await connectUser(server, pki, {
        user: "lab-admin",
        groups: ["system:masters"],
      });
      const startApiServer = (): LabProcess =>
        startProcess({
          name: "kube-apiserver",
          command: binaries.kubeApiserver,
          args: apiServerArguments(directory, etcdPort, apiPort),
          logDirectory: directory,
        });
      const untilReady = async (process: LabProcess): Promise<LabProcess> => {
        await waitForHealth(process, `${server}/readyz`, admin, READY_LIMIT_MS);
        return process;
      };
      const kubeApiserver = startApiServer();
      processes.unshift(kubeApiserver);
      await untilReady(kubeApiserver);
      return { etcd, kubeApiserver, admin, startAgain: () => untilReady(startApiServer()) };
    } catch (error) {
      const portTaken = processes.some((process) => /address already in use/.test(process.tail()));
      await stopServers(...processes);
      if (!portTaken || attempt === START_TRIES) throw error;
    }
  }
}

/** Ends processes in the given order: the API server before the store that it writes to. */
async function stopServers(...processes: readonly LabProcess[]): Promise<void> {
  for (const process of processes) await process.stop("SIGTERM", STOP_LIMIT_MS);
}

async function connectUser(server: string, pki: Pki, identity: Identity): Promise<Connection> {
  const { certificate, key } = await pki.issueClient(identity);
  return {
    server,
    caCertificates: [pki.caCertificate],
    clientCertificate: { cert: certificate, key: new Redacted(key) },
    token: { kind: "none" },
  };
}

async function waitForHealth(
  process: LabProcess,
  url: string,
  connection: Connection | undefined,
  limitMs: number,
): Promise<void> {
  const { cert, key } = connection?.clientCertificate ?? {};
  using client = Deno.createHttpClient({
    caCerts: [...connection?.caCertificates ?? []],
    http2: false,
    ...(cert === undefined || key === undefined ? {} : { cert, key: key.reveal() }),
  });
  await waitForHttp(process, url, { limitMs, client });
}

function etcdArguments(dataDirectory: string, port: number): string[] {
  const url = `http://127.0.0.1:${port}`;
  return [
    `--data-dir=${dataDirectory}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    "--listen-peer-urls=http://127.0.0.1:0",
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

function apiServerArguments(directory: string, etcdPort: number, port: number): string[] {
  const files = pkiFiles(`${directory}/pki`);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    // Nothing resolves `kubernetes.default` here, and a machine without a default route has no address.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    `--client-ca-file=${files.caCertificate}`,
    `--service-account-issuer=${TOKEN_ISSUER}`,
    `--service-account-key-file=${files.tokenPublicKey}`,
    `--service-account-signing-key-file=${files.tokenKey}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--authorization-mode=RBAC",
    // Without a controller manager no ServiceAccount appears by itself in a namespace.
    "--disable-admission-plugins=ServiceAccount",
    "--allow-privileged=true",
    "--profiling=false",
    `--audit-policy-file=${directory}/audit-policy.json`,
    `--audit-log-path=${auditLogPath(directory)}`,
    "--audit-log-mode=blocking",
  ];
}

function auditLogPath(directory: string): string {
  return `${directory}/audit.log`;
}

/** Ports that were free a moment ago; all are held until the last is known, so that they differ. */
function freePorts(count: 2): [number, number];
function freePorts(count: number): number[] {
  using listeners = new DisposableStack();
  return Array.from({ length: count }, () => {
    const listener = listeners.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
    return listener.addr.port;
  });
}
