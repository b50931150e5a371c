/**
 * The WalFiles port on the runtime's file system.
 *
 * Adapter: reads directories and files.
 *
 * @module
 */

import { FILE_BYTES_MAX, type FileStatus, NAMES_MAX, type WalFiles } from "./files.ts";

/** Reads the file system of this process, at most `namesMax` names of one directory. */
export function createDenoWalFiles(namesMax: number): WalFiles {
  return {
    names: (path) => unlessAbsent(() => readNames(path, namesMax)),
    content: (path) => unlessAbsent(() => readContent(path)),
    status: (path) => unlessAbsent(async () => statusOf(await Deno.stat(path))),
    realPath: (path) => unlessAbsent(() => Deno.realPath(path)),
  };
}

/** Reads the file system of a process whose memory is its own affair. */
export const denoWalFiles: WalFiles = createDenoWalFiles(NAMES_MAX);

async function readNames(path: string, namesMax: number): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) {
    if (names.push(name) > namesMax) {
      throw new RangeError(`expected at most ${namesMax} names in ${path}, found more`);
    }
  }
  return names;
}

async function readContent(path: string): Promise<Uint8Array> {
  const { size } = await Deno.stat(path);
  if (size > FILE_BYTES_MAX) {
    throw new RangeError(`expected at most ${FILE_BYTES_MAX} bytes in ${path}, found ${size}`);
  }
  return await Deno.readFile(path);
}

function statusOf({ isFile, isDirectory, dev, ino, mtime }: Deno.FileInfo): FileStatus {
  const other = isDirectory ? "directory" : "other";
  return {
    kind: isFile ? "file" : other,
    id: `${dev}:${ino}`,
    modifiedAtMs: mtime?.getTime(),
  };
}

/** A path through something that is no directory leads nowhere, too. */
async function unlessAbsent<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
