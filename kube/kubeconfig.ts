/**
 * The connection that a user's kubeconfig describes.
 *
 * @module
 */

import type {
  ClientCertificate,
  Connection,
  LoadedConnection,
  ReadTextFile,
  TokenSource,
} from "./connection.ts";
import {
  ANONYMOUS,
  type KubeconfigCluster,
  type KubeconfigUser,
  type Located,
  type MergedKubeconfig,
  mergeKubeconfig,
} from "./kubeconfig_file.ts";
import { Redacted } from "./redacted.ts";

/** Which files and which context to use. */
export interface KubeconfigOptions {
  /** Files in the order of their precedence; those that do not exist are passed over. */
  readonly paths: readonly string[];
  /** @default {the current context} */
  readonly context?: string | undefined;
  readonly readTextFile: ReadTextFile;
  /** Tells whether reading failed because there is no such file. */
  isNotFound(error: unknown): boolean;
}

/** The files that kubectl would read: those of `KUBECONFIG`, else the one in the home directory. */
export function kubeconfigPaths(
  environment: (name: string) => string | undefined,
): readonly string[] {
  const listed = (environment("KUBECONFIG") ?? "").split(":").filter((path) => path !== "");
  if (listed.length > 0) return listed;
  const home = environment("HOME");
  return home === undefined ? [] : [`${home}/.kube/config`];
}

/**
 * Loads the connection of a kubeconfig's context.
 *
 * @throws {Error} if there is no file, context, cluster or user, or one that asks for what this client
 * cannot do. No message holds anything of the files but names and paths.
 */
export async function loadKubeconfig(options: KubeconfigOptions): Promise<LoadedConnection> {
  const merged = mergeKubeconfig(await readFiles(options));
  const name = options.context ?? merged.currentContext;
  if (name === undefined) {
    const tried = options.paths.join(", ") || "no file";
    throw new Error(`Cannot use kubeconfig: expected a current context, found none in ${tried}`);
  }
  const { entry: context } = find(merged.contexts, "context", name);
  const cluster = find(merged.clusters, "cluster", context.cluster);
  const user = findUser(merged, context.user);
  refuseUnsupported(name, cluster.entry, user.entry);
  const { readTextFile } = options;
  return {
    connection: {
      ...await clusterPart(cluster, readTextFile),
      clientCertificate: await certificateOf(user, readTextFile),
      token: tokenOf(user),
    },
    namespace: context.namespace ?? "default",
  };
}

async function readFiles(
  { paths, readTextFile, isNotFound }: KubeconfigOptions,
): Promise<{ path: string; content: string }[]> {
  const files: { path: string; content: string }[] = [];
  for (const path of paths) {
    try {
      files.push({ path, content: await readTextFile(path) });
    } catch (cause) {
      if (!isNotFound(cause)) throw new Error(`Cannot read kubeconfig ${path}`, { cause });
    }
  }
  return files;
}

function find<Entry>(
  entries: ReadonlyMap<string, Located<Entry>>,
  kind: string,
  name: string,
): Located<Entry> {
  const found = entries.get(name);
  if (found !== undefined) return found;
  const known = [...entries.keys()].join(", ") || "none";
  throw new Error(`Cannot use kubeconfig: expected a ${kind} named ${name}, found ${known}`);
}

function findUser(merged: MergedKubeconfig, name: string | undefined): Located<KubeconfigUser> {
  if (name === undefined || name === "") return { entry: ANONYMOUS, directory: "." };
  return find(merged.users, "user", name);
}

/** Silently ignoring one of these would connect to another place or as another person. */
function refuseUnsupported(
  context: string,
  cluster: KubeconfigCluster,
  user: KubeconfigUser,
): void {
  const login = "put a token (kubectl create token …) or a client certificate into the kubeconfig";
  const advice: readonly (readonly [string, unknown, string])[] = [
    ["exec", user.exec, login],
    ["auth-provider", user["auth-provider"], login],
    ["username and password", user.username ?? user.password, login],
    ["impersonation (as)", user.as, "use a context whose user has the rights itself"],
    ["proxy-url", cluster["proxy-url"], "set HTTPS_PROXY for this process"],
    ["tls-server-name", cluster["tls-server-name"], "use a server name that its certificate holds"],
    [
      "insecure-skip-tls-verify",
      cluster["insecure-skip-tls-verify"] || undefined,
      "set certificate-authority",
    ],
  ];
  for (const [setting, value, instead] of advice) {
    if (value === undefined || value === null) continue;
    throw new Error(
      `Cannot use kubeconfig context ${context}: ${setting} is not supported; ${instead}, or go ` +
        "through kubectl proxy",
    );
  }
}

async function clusterPart(
  { entry, directory }: Located<KubeconfigCluster>,
  readTextFile: ReadTextFile,
): Promise<Pick<Connection, "server" | "caCertificates">> {
  const data = entry["certificate-authority-data"];
  const file = entry["certificate-authority"];
  const ca = await dataOrFile("certificate-authority", data, file, directory, readTextFile);
  return { server: entry.server, caCertificates: ca === undefined ? [] : [ca] };
}

async function certificateOf(
  { entry, directory }: Located<KubeconfigUser>,
  readTextFile: ReadTextFile,
): Promise<ClientCertificate | undefined> {
  const certData = entry["client-certificate-data"];
  const certFile = entry["client-certificate"];
  const keyData = entry["client-key-data"];
  const keyFile = entry["client-key"];
  const cert = await dataOrFile("client-certificate", certData, certFile, directory, readTextFile);
  const key = await dataOrFile("client-key", keyData, keyFile, directory, readTextFile);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new Error("Cannot use kubeconfig: expected client-certificate and client-key together");
  }
  return { cert, key: new Redacted(key) };
}

/** A token file wins over a token, as in kubectl. */
function tokenOf({ entry, directory }: Located<KubeconfigUser>): TokenSource {
  if (entry.tokenFile !== undefined) {
    return { kind: "file", path: resolvePath(directory, entry.tokenFile) };
  }
  if (entry.token === undefined) return { kind: "none" };
  return { kind: "static", token: new Redacted(entry.token) };
}

/** Inlined data wins over a file, as in kubectl. */
async function dataOrFile(
  name: string,
  data: string | undefined,
  file: string | undefined,
  directory: string,
  readTextFile: ReadTextFile,
): Promise<string | undefined> {
  if (data !== undefined) {
    try {
      return new TextDecoder().decode(Uint8Array.fromBase64(data));
    } catch {
      throw new SyntaxError(`Cannot use kubeconfig: expected ${name}-data to be base64`);
    }
  }
  if (file === undefined) return undefined;
  const path = resolvePath(directory, file);
  return await readTextFile(path).catch((cause: unknown) => {
    throw new Error(`Cannot read ${name} ${path} of the kubeconfig`, { cause });
  });
}

function resolvePath(directory: string, path: string): string {
  return path.startsWith("/") ? path : `${directory}/${path}`;
}
