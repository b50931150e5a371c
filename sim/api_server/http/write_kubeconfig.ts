/**
 * The kubeconfig with which people reach the simulated API server.
 *
 * @module
 */

import { stringify } from "yaml";

/** What a kubeconfig leads to. */
export interface KubeconfigOptions {
  readonly serverUrl: string;
  readonly token: string;
  /** Names the context, and its cluster and user, too. */
  readonly contextName: string;
  /** The namespace of commands that name none. */
  readonly namespace: string;
  /** PEM of the authority that signed the server's certificate; absent for plain HTTP. */
  readonly caCertificate?: string | undefined;
}

/** The text of a kubeconfig with one context, which is the current one. It holds the token in the clear. */
export function kubeconfigText(options: KubeconfigOptions): string {
  const { serverUrl, token, contextName, namespace, caCertificate } = options;
  const authority = caCertificate === undefined
    ? {}
    : { "certificate-authority-data": btoa(caCertificate) };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: contextName, cluster: { server: serverUrl, ...authority } }],
    users: [{ name: contextName, user: { token } }],
    contexts: [{
      name: contextName,
      context: { cluster: contextName, user: contextName, namespace },
    }],
    "current-context": contextName,
  });
}
