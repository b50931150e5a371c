/**
 * What a process finds in a pod: the files of its ServiceAccount where kubelet mounts them, the address of the
 * API server, and the variables that the chart sets.
 *
 * @module
 */

import { SERVICE_ACCOUNT_DIRECTORY } from "../../kube/in_cluster.ts";
import type { Lab } from "./lab.ts";
import { CONTROLLER_ACCOUNT, CONTROLLER_NAMESPACE } from "./rbac.ts";
import type { ProcessOptions } from "./process.ts";

/** Starts a program as in a pod. */
export interface PodSurroundings {
  /** The same program, inside. */
  enter(command: string, args: readonly string[]): Pick<ProcessOptions, "command" | "args" | "env">;
}

/** What the chart sets for the runtime and the C library, and the program does not read. */
export const POD_ENVIRONMENT: Readonly<Record<string, string>> = {
  DENO_TLS_CA_STORE: "",
  MALLOC_MMAP_THRESHOLD_: "16384",
  MALLOC_TRIM_THRESHOLD_: "65536",
};

/** Other processes go on seeing their own files: what is mounted is so for this one alone. */
const MOUNT_AND_START =
  `mount -t tmpfs tmpfs /run && mkdir -p "$1" && cp "$0"/* "$1" && shift && exec "$@"`;

/** Writes the files of the controller's account, with a token of its own that outlives `seconds`. */
export async function preparePod(
  { controlPlane, directory }: Lab,
  seconds: number,
  server: string,
): Promise<PodSurroundings> {
  const account = `${directory}/service-account`;
  await Deno.mkdir(account, { recursive: true });
  const token = await controlPlane.createServiceAccountToken({
    namespace: CONTROLLER_NAMESPACE,
    serviceAccount: CONTROLLER_ACCOUNT,
    expirationSeconds: seconds,
  });
  await Deno.writeTextFile(`${account}/token`, token, { mode: 0o600 });
  await Deno.writeTextFile(`${account}/ca.crt`, controlPlane.caCertificate);
  await Deno.writeTextFile(`${account}/namespace`, CONTROLLER_NAMESPACE);
  const { hostname, port } = new URL(server);
  return {
    enter: (command, args) => ({
      command: "unshare",
      args: [
        ...["--mount", "sh", "-c", MOUNT_AND_START],
        ...[account, SERVICE_ACCOUNT_DIRECTORY, command, ...args],
      ],
      env: {
        ...POD_ENVIRONMENT,
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: port,
      },
    }),
  };
}
