/**
 * Sizes in the Cluster's spec that a GitOps tool declares.
 *
 * @module
 */

import type { ResolvedPolicy } from "../policy/resolved.ts";
import { roleSettingPath } from "../policy/role_settings.ts";
import type { ClusterView, DeclaredSize, GitOwner } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";

/** Who declares the size of a role in Git, if somebody does. */
export function gitOwnerOf(
  { gitOwners }: Pick<ClusterView, "gitOwners">,
  role: Role,
): GitOwner | undefined {
  return gitOwners?.find((owner) => owner.role === role);
}

/**
 * Who holds the size of a role in Git so that the spec is left to them. A policy that says `writeBack: cluster`
 * itself is done as it says; the default is no reason to be undone by the next sync, which CNPG would refuse:
 * its webhook lowers no size (`cnpg.md` §5.6).
 */
export function leftToGit(
  view: Pick<ClusterView, "gitOwners">,
  policy: Pick<ResolvedPolicy, "origins">,
  role: Role,
): GitOwner | undefined {
  const origin = policy.origins[roleSettingPath(policy, role, "expansion.writeBack")];
  const isWanted = origin?.kind === "policy" || origin?.kind === "namespace-default";
  return isWanted ? undefined : gitOwnerOf(view, role);
}

/** The field of the Cluster that declares a size, as one writes it. */
export function declaredField({ role, field, tablespaceIndex }: DeclaredSize): string {
  return `${storagePath(role, tablespaceIndex)}.${
    field === "size" ? "size" : "pvcTemplate.resources.requests.storage"
  }`;
}

function storagePath(role: Role, tablespaceIndex: number | undefined): string {
  if (role === "data") return "spec.storage";
  if (role === "wal") return "spec.walStorage";
  return `spec.tablespaces[${tablespaceIndex ?? role}].storage`;
}
