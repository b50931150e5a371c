/**
 * `pg_wal/archive_status`: what PostgreSQL has written down about archiving each file (`wal.md` §1.3).
 *
 * @module
 */

/**
 * What is written down about one file. `none` is not `done`: PostgreSQL could not write the file, on a full
 * disk for one, or the segment is not finished.
 */
export type ArchiveStatus = "ready" | "done" | "none";

/** The names in `archive_status` without their endings. */
export interface ArchiveStatuses {
  /** Files that wait to be archived. */
  readonly ready: ReadonlySet<string>;
  /** Files of which PostgreSQL believes that they are archived, or need not be. */
  readonly done: ReadonlySet<string>;
}

/** Reads a listing of `archive_status`; names with other endings say nothing about archiving. */
export function parseArchiveStatuses(names: Iterable<string>): ArchiveStatuses {
  const ready = new Set<string>();
  const done = new Set<string>();
  for (const name of names) {
    if (name.endsWith(".ready")) ready.add(name.slice(0, -".ready".length));
    else if (name.endsWith(".done")) done.add(name.slice(0, -".done".length));
  }
  return { ready, done };
}

/** What is written down about one file; both at once means that it still waits. */
export function archiveStatusOf(name: string, statuses: ArchiveStatuses): ArchiveStatus {
  if (statuses.ready.has(name)) return "ready";
  return statuses.done.has(name) ? "done" : "none";
}
