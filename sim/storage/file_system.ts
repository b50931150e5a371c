/**
 * A file system on a simulated disk: how large it is and what is on it.
 *
 * @module
 */

/** What statfs(2) says, in the shape in which an agent's probe reads it. */
export interface FileSystemStatistics {
  readonly frsize: bigint;
  readonly bsize: bigint;
  readonly blocks: bigint;
  readonly bfree: bigint;
  readonly bavail: bigint;
  readonly files: bigint;
  readonly ffree: bigint;
}

/** A mounted file system. Sizes are in bytes. */
export interface FileSystem {
  /** Size of the device as far as the file system reaches. */
  readonly deviceBytes: number;
  /** In whole blocks, as statfs(2) counts. */
  readonly usedBytes: number;
  /** What an unprivileged process may still write. */
  readonly availableBytes: number;
  /** Takes space for new blocks; false, and nothing taken, where there is too little (ENOSPC). */
  allocate(sizeBytes: number): boolean;
  /** Gives space back. */
  release(sizeBytes: number): void;
  /** Makes a file of its own: its blocks and one inode; false, and nothing taken, where either lacks (ENOSPC). */
  createFile(sizeBytes: number): boolean;
  /** Removes what {@link FileSystem.createFile} made. */
  removeFile(sizeBytes: number): void;
  /** Inodes that files of others hold, which no server here counts. */
  setOtherInodes(count: number): void;
  /** Extends the file system to a larger device; one that reaches as far already stays as it is. */
  growTo(deviceBytes: number): void;
  statistics(): FileSystemStatistics;
}
