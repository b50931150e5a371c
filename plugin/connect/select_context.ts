/**
 * The one server, user and namespace that kubeconfig files and flags come down to.
 *
 * @module
 */

import { isJsonObject } from "../../kube/json.ts";
import {
  ANONYMOUS,
  type KubeconfigCluster,
  type KubeconfigUser,
  type Located,
  mergeKubeconfig,
} from "../../kube/kubeconfig_file.ts";
import type { ConnectionFlags } from "./connection_flags.ts";
import { proxyOf } from "./proxy.ts";

/** What a kubeconfig of one entry each would say: every path absolute, nothing left to choose. */
export interface SelectedContext {
  readonly server: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly namespace: string;
}

/** A file and what is in it. */
export interface KubeconfigContent {
  readonly path: string;
  readonly content: string;
}

/** There is nothing to connect to: kubectl says the same where it finds no configuration. */
export class NoContextError extends Error {
  override readonly name = "NoContextError";
}

const CLUSTER_FILES = ["certificate-authority"] as const;
const USER_FILES = ["client-certificate", "client-key", "tokenFile"] as const;

/**
 * Chooses by flags, else by the current context. Files are merged as kubectl merges them: what comes first
 * stays, entry by entry.
 *
 * @param environment Reads a variable: HTTPS_PROXY and the like count where the cluster names no proxy.
 * @throws {NoContextError | Error} If there is no context, or one that names what is not there.
 */
export function selectContext(
  files: readonly KubeconfigContent[],
  flags: ConnectionFlags,
  environment: (name: string) => string | undefined,
): SelectedContext {
  const merged = mergeKubeconfig(files);
  const contextName = flags.context ?? merged.currentContext;
  const context = contextName === undefined ? undefined : merged.contexts.get(contextName)?.entry;
  if (contextName !== undefined && context === undefined) {
    throw new Error(`context "${contextName}" does not exist`);
  }
  const clusterName = flags.cluster ?? context?.cluster;
  if (clusterName === undefined) {
    throw new NoContextError(
      "no configuration has been provided: the kubeconfig has no current context",
    );
  }
  const cluster = absolutePaths(found(merged.clusters, "cluster", clusterName), CLUSTER_FILES);
  const userName = flags.user ?? context?.user;
  const user = userName === undefined || userName === ""
    ? ANONYMOUS
    : withExec(found(merged.users, "user", userName), cluster);
  return {
    server: cluster.server,
    cluster: {
      ...cluster,
      "proxy-url": cluster["proxy-url"] ?? proxyOf(cluster.server, environment),
    },
    user: flags.as === undefined ? user : { ...user, as: flags.as },
    namespace: flags.namespace ?? context?.namespace ?? "default",
  };
}

function found<Entry>(
  entries: ReadonlyMap<string, Located<Entry>>,
  kind: string,
  name: string,
): Located<Entry> {
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(`${kind} "${name}" does not exist`);
  return entry;
}

/** Relative paths start at the directory of the file that names them. */
function absolutePaths<Entry extends object, Name extends keyof Entry & string>(
  { entry, directory }: Located<Entry>,
  names: readonly Name[],
): Entry {
  const result = { ...entry };
  for (const name of names) {
    const path = entry[name];
    if (typeof path === "string" && !path.startsWith("/")) {
      Object.assign(result, { [name]: `${directory}/${path}` });
    }
  }
  return result;
}

/**
 * What client-go does for credential plugins and client-node does not: a command with a slash is relative to its
 * file, and the plugin learns from KUBERNETES_EXEC_INFO which version it has to answer in
 * (client-go `plugin/pkg/client/auth/exec`).
 */
function withExec(located: Located<KubeconfigUser>, cluster: KubeconfigCluster): KubeconfigUser {
  const user = absolutePaths(located, USER_FILES);
  if (!isJsonObject(user.exec)) return user;
  const { command, env, apiVersion, provideClusterInfo } = user.exec;
  const info = {
    kind: "ExecCredential",
    apiVersion,
    spec: {
      interactive: false,
      ...provideClusterInfo === true ? { cluster: infoOf(cluster) } : {},
    },
  };
  const variable = { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) };
  return {
    ...user,
    exec: {
      ...user.exec,
      command: typeof command === "string" ? commandPath(command, located.directory) : command,
      env: [...Array.isArray(env) ? env : [], variable],
    },
  };
}

function commandPath(command: string, directory: string): string {
  return command.startsWith("/") || !command.includes("/") ? command : `${directory}/${command}`;
}

function infoOf(cluster: KubeconfigCluster): Record<string, unknown> {
  return {
    "server": cluster.server,
    "certificate-authority-data": cluster["certificate-authority-data"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "tls-server-name": cluster["tls-server-name"],
    "proxy-url": cluster["proxy-url"],
  };
}
