/**
 * Adapter: a client of the API server as the user that kubeconfig and flags name.
 *
 * @module
 */

import { parseServer } from "../../kube/connection.ts";
import { createFetchApi } from "../../kube/fetch_api.ts";
import { kubeconfigPaths } from "../../kube/kubeconfig.ts";
import { Redacted } from "../../kube/redacted.ts";
import { systemClock } from "../../kube/system_clock.ts";
import type { OpenedApi } from "../ports.ts";
import { PLUGIN_VERSION } from "../version.ts";
import type { ConnectionFlags, Surroundings } from "./connection_flags.ts";
import { createHttpsTransport } from "./https_transport.ts";
import {
  type KubeconfigContent,
  NoContextError,
  selectContext,
  type SelectedContext,
} from "./select_context.ts";
import { accessOf, type UserAccess } from "./user_access.ts";

/** The login was refused before anything was asked. */
export class LoginError extends Error {
  override readonly name = "LoginError";
}

/**
 * Reads the kubeconfig, logs in and makes a client. Nothing is sent to the API server yet.
 *
 * @throws {NoContextError | LoginError | Error} What kubectl would refuse as well.
 */
export async function openApi(flags: ConnectionFlags, around: Surroundings): Promise<OpenedApi> {
  const selected = selectContext(
    await readKubeconfigs(flags, around),
    flags,
    (name) => around.environment(name),
  );
  const { server, namespace } = selected;
  const access = await logIn(selected, flags, around);
  // A credential of any kind makes the address subject to the rule that it goes over TLS or stays here.
  const credential = Object.keys(access.headers).length > 0 || access.options.auth !== undefined;
  parseServer({
    server,
    token: credential ? { kind: "static", token: new Redacted("-") } : { kind: "none" },
  });
  const api = createFetchApi({ server, token: { kind: "none" } }, {
    clock: systemClock,
    random: Math.random,
    readTextFile: around.readTextFile,
    userAgent: `kubectl-cnpg_storage/${PLUGIN_VERSION}`,
    transport: createHttpsTransport(access),
  });
  return { api, namespace, close: () => api.close() };
}

async function readKubeconfigs(
  flags: ConnectionFlags,
  around: Surroundings,
): Promise<KubeconfigContent[]> {
  const named = flags.kubeconfig;
  const paths = named === undefined ? kubeconfigPaths((name) => around.environment(name)) : [named];
  const files: KubeconfigContent[] = [];
  for (const path of paths) {
    try {
      files.push({ path, content: await around.readTextFile(path) });
    } catch (cause) {
      if (named === undefined && around.isNotFound(cause)) continue;
      const why = around.isNotFound(cause) ? "no such file or directory" : "it cannot be read";
      throw new Error(`cannot use kubeconfig ${path}: ${why}`, { cause });
    }
  }
  if (files.length > 0) return files;
  const where = paths.join(", ") || "KUBECONFIG and HOME are not set";
  throw new NoContextError(`no configuration has been provided: found no kubeconfig (${where})`);
}

async function logIn(
  selected: SelectedContext,
  flags: ConnectionFlags,
  around: Surroundings,
): Promise<UserAccess> {
  const access = await accessOf(selected).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new LoginError(`getting credentials failed: ${why}`, { cause });
  });
  const { tokenFile } = selected.user;
  const token = tokenFile === undefined ? undefined : await around.readTextFile(tokenFile);
  return {
    ...access,
    headers: {
      ...access.headers,
      ...token === undefined ? {} : { authorization: `Bearer ${token.trim()}` },
      ...flags.asGroup === undefined ? {} : { "impersonate-group": [...flags.asGroup] },
    },
  };
}
