/**
 * Keeps a damaged file out of the way, for whoever wants to rescue what is in it.
 *
 * Adapter: the file system.
 *
 * @module
 */

/** SQLite finds the write-ahead log of a file by this ending. */
const LOG = "-wal";

/**
 * Renames a damaged file and its log, and returns the new name. The one that was set aside before is replaced: a
 * disk that damages every file would fill its volume with them.
 *
 * @throws {Error} If the file cannot be renamed.
 */
export function setAside(path: string): string {
  const aside = `${path}.damaged`;
  Deno.renameSync(path, aside);
  try {
    Deno.renameSync(path + LOG, aside + LOG);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return aside;
}
