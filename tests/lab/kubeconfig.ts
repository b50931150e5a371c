/**
 * Kubeconfig files for the control plane of the lab.
 *
 * @module
 */

import { type Connection } from "../../kube/connection.ts";

/**
 * A kubeconfig, in JSON (which is YAML), with everything embedded.
 *
 * @throws {TypeError} for a token that is read from a file: a kubeconfig of the lab stands alone
 */
export function kubeconfig(connection: Connection, namespace = "default"): string {
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{
        name: "lab",
        cluster: {
          server: connection.server,
          "certificate-authority-data": btoa((connection.caCertificates ?? []).join("")),
        },
      }],
      users: [{ name: "lab", user: credentials(connection) }],
      contexts: [{ name: "lab", context: { cluster: "lab", user: "lab", namespace } }],
      "current-context": "lab",
    },
    undefined,
    2,
  );
}

function credentials(connection: Connection): Record<string, string> {
  const { clientCertificate, token } = connection;
  if (clientCertificate !== undefined) {
    return {
      "client-certificate-data": btoa(clientCertificate.cert),
      "client-key-data": btoa(clientCertificate.key.reveal()),
    };
  }
  switch (token.kind) {
    case "static":
      return { token: token.token.reveal() };
    case "none":
      return {};
    case "file":
      throw new TypeError("Cannot write a kubeconfig: expected a token, found the path of one");
  }
}
