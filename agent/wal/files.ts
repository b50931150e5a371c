/**
 * The WalFiles port: how the files of an instance are looked at.
 *
 * What is absent is a value and no error, because an absent file often is the answer.
 *
 * @module
 */

/** More names than this in one directory are not taken in: it would cost hundreds of MiB. */
export const NAMES_MAX = 250_000;

/**
 * As many names in each of pg_wal and archive_status fit into the memory of the sidecar (`child_command.ts`), with
 * a reserve: measured with 80,000.
 */
export const SIDECAR_NAMES_MAX = 60_000;

/** The largest file that is read is pg_control with 8 KiB; a label or a history has some lines. */
export const FILE_BYTES_MAX = 1024 * 1024;

/** What stat(2) says of a path, links followed. */
export interface FileStatus {
  readonly kind: "file" | "directory" | "other";
  /** Device and inode: the same as long as it is the same file. */
  readonly id: string;
  /** By the clock of the machine that wrote it. */
  readonly modifiedAtMs?: number | undefined;
}

/** Looks at files; changes nothing. */
export interface WalFiles {
  /**
   * Names in a directory, in any order; no file is looked at. Undefined where there is no such directory.
   * Rejects with a RangeError beyond the reader's limit.
   */
  names(path: string): Promise<readonly string[] | undefined>;
  /** Content of a file; undefined where there is none. Rejects with a RangeError beyond {@link FILE_BYTES_MAX}. */
  content(path: string): Promise<Uint8Array | undefined>;
  /** What is at a path; undefined where nothing is. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The path without links; undefined where it leads nowhere. */
  realPath(path: string): Promise<string | undefined>;
}

/** Content of a text file; undefined where there is none. */
export async function textOf(files: WalFiles, path: string): Promise<string | undefined> {
  const content = await files.content(path);
  return content === undefined ? undefined : new TextDecoder().decode(content);
}

/**
 * Content of a file that has to be there.
 *
 * @throws {Error} If it is not.
 */
export async function requiredContent(files: WalFiles, path: string): Promise<Uint8Array> {
  const content = await files.content(path);
  if (content === undefined) throw new Error(`expected the file ${path}, found none`);
  return content;
}

/**
 * Names in a directory that has to be there.
 *
 * @throws {Error} If it is not.
 */
export async function requiredNames(files: WalFiles, path: string): Promise<readonly string[]> {
  const names = await files.names(path);
  if (names === undefined) throw new Error(`expected the directory ${path}, found none`);
  return names;
}
