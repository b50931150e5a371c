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

/** Characters of a field value (RFC 9110, section 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

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
    const problem = `getting credentials failed: ${whyNoLogin(cause)}`;
    throw new LoginError(problem, cause instanceof SyntaxError ? {} : { cause });
  });
  const { tokenFile } = selected.user;
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile, around);
  const headers = {
    ...access.headers,
    ...token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...flags.asGroup === undefined ? {} : { "impersonate-group": [...flags.asGroup] },
  };
  refuseBrokenHeaders(headers);
  return { ...access, headers };
}

/** No error quotes what a credential plugin printed for us: JSON's own would show the token. */
function whyNoLogin(cause: unknown): string {
  if (cause instanceof SyntaxError) {
    return "expected an ExecCredential in JSON from the credential plugin, found something else";
  }
  const said = cause instanceof Error ? cause.message.trim() : String(cause);
  return said === "" ? "the credential plugin failed and did not say why" : said;
}

async function readToken(path: string, around: Surroundings): Promise<string> {
  try {
    return (await around.readTextFile(path)).trim();
  } catch (cause) {
    const why = around.isNotFound(cause) ? "no such file or directory" : "it cannot be read";
    throw new LoginError(`cannot use token file ${path}: ${why}`, { cause });
  }
}

/** Node would refuse them in the middle of the request, as if the connection had failed. */
function refuseBrokenHeaders(headers: UserAccess["headers"]): void {
  for (const [name, value] of Object.entries(headers)) {
    if ([value].flat().every((one) => HEADER_VALUE.test(one))) continue;
    throw new LoginError(
      `cannot use the user's credentials: expected visible characters in ${name}, found others`,
    );
  }
}
