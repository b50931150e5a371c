/**
 * The BallastDirectory port on the runtime's file system.
 *
 * Adapter: writes and removes files of ballast.
 *
 * @module
 */

import { statfs } from "node:fs/promises";

import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import type { BallastDirectory } from "./ballast.ts";
import type { BallastFile } from "./ballast_plan.ts";
import { judgeFileSystem } from "./file_system.ts";

/** st_blocks counts in this unit, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;

/** Nobody but PostgreSQL's own user has business here. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Opens the ballast directory beside pg_wal; it is made with the first unit.
 *
 * @param parent Directory below which it lies; the mount point of pg_wal's file system.
 * @param walDirectory pg_wal, without links.
 * @throws {Error} If both are not on the same file system, or the directory would lie in pg_wal.
 */
export async function openBallastDirectory(
  parent: string,
  walDirectory: string,
): Promise<BallastDirectory> {
  const resolved = await Deno.realPath(parent);
  const [own, wal] = await Promise.all([Deno.stat(resolved), Deno.stat(walDirectory)]);
  if (own.dev !== wal.dev) {
    throw new Error(
      `Cannot keep ballast in ${parent}: expected pg_wal's file system, found another`,
    );
  }
  if (`${resolved}/`.startsWith(`${walDirectory}/`)) {
    throw new Error(`Cannot keep ballast in ${parent}: expected a directory outside of pg_wal`);
  }
  const directory = `${resolved}/.ballast`;
  return {
    files: () => filesIn(directory),
    async create(name: string): Promise<void> {
      await Deno.mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
      (await Deno.open(`${directory}/${name}`, {
        write: true,
        createNew: true,
        mode: FILE_MODE,
      })).close();
    },
    append: (name, content) =>
      Deno.writeFile(`${directory}/${name}`, content, { append: true, create: false }),
    async finish(name: string, finalName: string): Promise<void> {
      await sync(`${directory}/${name}`);
      await Deno.rename(`${directory}/${name}`, `${directory}/${finalName}`);
      await sync(directory);
    },
    remove: (name) => removeIfThere(`${directory}/${name}`),
    async availableBytes(): Promise<Bytes> {
      const { bavail, bsize } = await statfs(resolved);
      return bytes(bavail * bsize);
    },
    ground: async () => judgeFileSystem((await statfs(resolved)).type),
  };
}

async function filesIn(directory: string): Promise<readonly BallastFile[]> {
  const files: BallastFile[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(directory)) {
      if (!isFile) continue;
      const { size, blocks } = await Deno.lstat(`${directory}/${name}`);
      const allocatedBytes = bytes((blocks ?? 0) * BLOCK_BYTES);
      files.push({ name, sizeBytes: bytes(size), allocatedBytes });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

async function sync(path: string): Promise<void> {
  using file = await Deno.open(path);
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
