/**
 * The settings by which the volumes of a role are judged and grow.
 *
 * @module
 */

import type { Role } from "../view/role.ts";
import type { PolicySettings, ResolvedPolicy, RoleSettings } from "./resolved.ts";
import type { RoleKind } from "./roles_spec.ts";

/** The kind of volume whose settings a role has. */
export function roleKindOf(role: Role): RoleKind {
  return role === "data" || role === "wal" ? role : "tablespaces";
}

/** The settings of a role. */
export function roleSettings({ roles }: Pick<PolicySettings, "roles">, role: Role): RoleSettings {
  return roles[roleKindOf(role)];
}

/** Where the value of a role's field stands: with the role, where a layer sets it there. */
export function roleSettingPath(
  { origins }: Pick<ResolvedPolicy, "origins">,
  role: Role,
  field: string,
): string {
  const ofRole = `roles.${roleKindOf(role)}.${field}`;
  return origins[ofRole] === undefined ? field : ofRole;
}
