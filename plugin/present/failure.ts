/**
 * Failures in kubectl's words, with what to do next where that is known.
 *
 * @module
 */

import { TransportError } from "../../kube/transport.ts";
import { UnreachableError } from "../connect/unreachable_error.ts";
import type { ClusterName } from "../read/read_cluster.ts";
import { ReadFailure } from "../read/read_failure.ts";
import { qualifiedName } from "../read/resources.ts";
import type { Absence } from "../read/why_absent.ts";

const INSTALL =
  "The manager's CustomResourceDefinitions are not installed here. Install them with: " +
  "kubectl apply -f charts/cnpg-storage-manager/files/crds (see docs/by-hand.md)";

/** The lines for stderr. */
export function failureLines(error: unknown): string[] {
  if (error instanceof ReadFailure) return [error.message, ...adviceFor(error)];
  if (error instanceof TransportError) return [`Unable to connect to the server: ${error.message}`];
  if (error instanceof UnreachableError) {
    return [`Unable to connect to the server: ${error.message}`];
  }
  return [`error: ${error instanceof Error ? error.message : String(error)}`];
}

/** The lines for a cluster that has no ClusterStorage. */
export function absenceLines(cluster: ClusterName, absence: Absence, command: string): string[] {
  const { namespace, name } = cluster;
  const missing = `Error from server (NotFound): clusterstorages.cnpg.supporttools.io "${name}" ` +
    `not found in namespace "${namespace}"`;
  switch (absence.kind) {
    case "no-definitions":
      return [`error: the server doesn't have a resource type "clusterstorages"`, INSTALL];
    case "not-observed":
      return [
        missing,
        `The Cluster exists, but no manager has observed it: it writes a ClusterStorage within seconds. ` +
        `Is the controller running, and does it watch this namespace?`,
      ];
    case "no-cluster":
      return [
        missing,
        `There is no Cluster of this name in the namespace either.`,
        ...elsewhereLines(cluster, absence.elsewhere, command),
      ];
    case "unknown":
      return [
        missing,
        `Whether there is a Cluster of this name you may not see.`,
        ...elsewhereLines(cluster, absence.elsewhere, command),
      ];
  }
}

/** The lines for a namespace without ClusterStorages, or, where it is undefined, for no ClusterStorage at all. */
export function noneLines(namespace: string | undefined): string[] {
  if (namespace === undefined) return ["No resources found."];
  return [
    `No resources found in ${namespace} namespace.`,
    "Clusters of all namespaces: kubectl cnpg-storage status -A",
  ];
}

function elsewhereLines(
  { name }: ClusterName,
  namespaces: readonly string[],
  command: string,
): string[] {
  return namespaces.map((namespace) =>
    `One is in namespace ${namespace}: kubectl cnpg-storage ${command} ${name} -n ${namespace}`
  );
}

function adviceFor({ code, target }: ReadFailure): string[] {
  if (code === 403) {
    const scope = target.namespace === undefined ? "-A" : `-n ${target.namespace}`;
    const check = `kubectl auth can-i ${target.verb} ${qualifiedName(target.resource)} ${scope}`;
    const narrower = target.namespace === undefined ? " One namespace may be allowed: use -n." : "";
    return [`The right is missing; check with: ${check}.${narrower}`];
  }
  return code === 404 && target.name === undefined ? [INSTALL] : [];
}
