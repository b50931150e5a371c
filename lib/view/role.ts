/**
 * The role of a volume in an instance.
 *
 * @module
 */

/**
 * What a volume holds: `data` (PGDATA, and pg_wal where there is no `walStorage`), `wal`, or a tablespace
 * by its PostgreSQL name (`cnpg.md` §2.1: the label is exact, the PVC's name is not).
 */
export type Role = "data" | "wal" | `tbs:${string}`;

/** The role of a tablespace's volume. */
export function tablespaceRole(tablespaceName: string): Role {
  return `tbs:${tablespaceName}`;
}

/** The name of the tablespace that a role stands for, if it stands for one. */
export function tablespaceOf(role: Role): string | undefined {
  return role.startsWith("tbs:") ? role.slice("tbs:".length) : undefined;
}

/** Reads a role as it stands in reports, labels and StorageEvents. */
export function parseRole(text: string): Role | undefined {
  if (text === "data" || text === "wal") return text;
  const name = text.startsWith("tbs:") ? text.slice("tbs:".length) : "";
  return name === "" ? undefined : tablespaceRole(name);
}
