/**
 * Where CloudNativePG mounts the volumes of an instance, and what the agent calls them.
 *
 * The paths are CloudNativePG's own (`pkg/specs/volumes.go`, cnpg.md §3.3) and the same in every pod; the
 * sidecar mounts the volumes at the same places so that the link from PGDATA to the WAL volume resolves.
 *
 * @module
 */

/** Where the data volume is mounted. */
export const DATA_MOUNT_PATH = "/var/lib/postgresql/data";

/** Where the WAL volume is mounted, in clusters that have one. */
export const WAL_MOUNT_PATH = "/var/lib/postgresql/wal";

/** Below this directory every tablespace has a mount point with its name. */
export const TABLESPACES_PATH = "/var/lib/postgresql/tablespaces";

/** One volume of the instance. */
export interface Volume {
  /** `data`, `wal` or `tbs:<name>`, as in reports. */
  readonly role: string;
  /** Where the volume is mounted in the pod, without the configured root. */
  readonly mountPath: string;
  /** Where this process finds it: the configured root followed by the mount path. */
  readonly path: string;
}

/** Makes a {@link Volume} of a role, its mount path and the configured root (`/` in a pod). */
export function volumeAt(root: string, role: string, mountPath: string): Volume {
  return { role, mountPath, path: pathBelow(root, mountPath) };
}

/** The absolute path `path`, as found below `root`. */
export function pathBelow(root: string, path: string): string {
  return root.replace(/\/+$/, "") + path;
}
