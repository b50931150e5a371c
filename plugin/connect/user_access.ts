/**
 * Adapter: `@kubernetes/client-node`'s KubeConfig, which knows how users log in (credential plugins, OIDC,
 * providers) and how servers are reached (certificates, names, proxies).
 *
 * Nothing of it makes a request to the API server: its fetch never ends after a broken connection under Deno, and
 * opens a connection for every request.
 *
 * @module
 */

import type { RequestOptions } from "node:https";

import { KubeConfig } from "@kubernetes/client-node";

import type { SelectedContext } from "./select_context.ts";

/** How to send a request as the user. Holds secrets. */
export interface UserAccess {
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Certificates, server name and proxy, held by an agent of Node's. */
  readonly options: RequestOptions;
}

/**
 * Logs in. Runs the credential plugin or asks the provider where the user has one.
 *
 * @throws {Error} If the login fails; its message is the plugin's.
 */
export async function accessOf(selected: SelectedContext): Promise<UserAccess> {
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(kubeconfigOf(selected)));
  const { headers, ...options } = await optionsOf(config);
  return { headers: headersOf(headers), options };
}

async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

function kubeconfigOf({ server, cluster, user }: SelectedContext): Record<string, unknown> {
  const { tokenFile: _, ...rest } = user;
  // client-node refuses plain http unless it is told that certificates do not matter; there are none.
  const plain = server.startsWith("http:") ? { "insecure-skip-tls-verify": true } : {};
  return {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{ name: "selected", cluster: { ...cluster, ...plain } }],
    "users": [{ name: "selected", user: rest }],
    "contexts": [{ name: "selected", context: { cluster: "selected", user: "selected" } }],
    "current-context": "selected",
  };
}

function headersOf(headers: RequestOptions["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : []
    ),
  );
}
