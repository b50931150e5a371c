/**
 * The connection that every pod is given.
 *
 * @module
 */

import type { LoadedConnection, ReadTextFile } from "./connection.ts";

/** Where kubelet mounts the ServiceAccount of a pod. */
export const SERVICE_ACCOUNT_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What loading takes from the outside. */
export interface InClusterDependencies {
  /** Reads an environment variable. */
  environment(name: string): string | undefined;
  readonly readTextFile: ReadTextFile;
  /** @default {SERVICE_ACCOUNT_DIRECTORY} */
  readonly directory?: string | undefined;
}

/**
 * Loads the connection of the pod that this process runs in. Token and CA are read again by the client as
 * kubelet renews them.
 *
 * @throws {Error} if the process does not run in a pod, or its ServiceAccount is not mounted.
 */
export async function loadInCluster(
  dependencies: InClusterDependencies,
): Promise<LoadedConnection> {
  const directory = dependencies.directory ?? SERVICE_ACCOUNT_DIRECTORY;
  const host = dependencies.environment("KUBERNETES_SERVICE_HOST");
  const port = dependencies.environment("KUBERNETES_SERVICE_PORT");
  if (!host || !port) {
    throw new Error(
      "Cannot connect from within the cluster: expected KUBERNETES_SERVICE_HOST and " +
        "KUBERNETES_SERVICE_PORT to be set, as they are in every pod",
    );
  }
  const namespace = await dependencies.readTextFile(`${directory}/namespace`)
    .catch((cause: unknown) => {
      throw new Error(
        `Cannot connect from within the cluster: expected a ServiceAccount mounted at ${directory}`,
        { cause },
      );
    });
  return {
    connection: {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      caFile: `${directory}/ca.crt`,
      token: { kind: "file", path: `${directory}/token` },
    },
    namespace: namespace.trim(),
  };
}
