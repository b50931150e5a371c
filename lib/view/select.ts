/**
 * Picks volumes out of a view.
 *
 * @module
 */

import type { Role } from "./role.ts";
import type { FileSystemSample, Volume } from "./volume.ts";

/** The volumes of one role, in the order of their instances' names. */
export function roleVolumes(volumes: readonly Volume[], role: Role): Volume[] {
  return volumes
    .filter((volume) => volume.role === role)
    .sort((first, second) => compareText(first.instance, second.instance));
}

/** The roles that occur, each once, `data` and `wal` before tablespaces. */
export function rolesOf(volumes: readonly Volume[]): Role[] {
  return [...new Set(volumes.map(({ role }) => role))].sort(compareRoles);
}

/** The measurement of a volume, if there is one. */
export function knownFileSystem(volume: Volume): FileSystemSample | undefined {
  return volume.fileSystem.kind === "known" ? volume.fileSystem.value : undefined;
}

/** The name by which checks and messages speak of a volume. */
export function subjectOf(volume: { readonly instance: string; readonly role: Role }): string {
  return `${volume.instance}/${volume.role}`;
}

/** Orders text by code units, the same on every machine. */
export function compareText(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function compareRoles(first: Role, second: Role): number {
  return rank(first) - rank(second) || compareText(first, second);
}

function rank(role: Role): number {
  if (role === "data") return 0;
  return role === "wal" ? 1 : 2;
}
