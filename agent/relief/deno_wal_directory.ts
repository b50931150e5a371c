/**
 * The WalDirectory port on the runtime's file system.
 *
 * Adapter: lists pg_wal and removes `.done` files.
 *
 * @module
 */

import type { FileLook } from "../../lib/wal/removal.ts";
import { looksLikeSegment } from "../../lib/wal/segment_name.ts";
import type { WalDirectory } from "./ports.ts";

/**
 * Opens the pg_wal of a data directory, its link resolved.
 *
 * @throws {Error} If it is absent, or no directory.
 */
export async function openWalDirectory(path: string): Promise<WalDirectory> {
  const resolved = await Deno.realPath(path);
  if (!(await Deno.stat(resolved)).isDirectory) {
    throw new Error(`Cannot open ${path}: expected a directory, found something else`);
  }
  return {
    path: resolved,
    names: () => namesIn(resolved),
    statusNames: () => namesIn(`${resolved}/archive_status`),
    look: (name) => lookAt(`${resolved}/${name}`),
    async removeDoneOf(segmentName: string): Promise<void> {
      if (!looksLikeSegment(segmentName)) {
        throw new TypeError(
          `Cannot remove a status: expected the name of a segment, found ${segmentName}`,
        );
      }
      await ignoringAbsence(Deno.remove(`${resolved}/archive_status/${segmentName}.done`));
    },
  };
}

async function namesIn(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) names.push(name);
  return names;
}

async function lookAt(path: string): Promise<FileLook | undefined> {
  const found = await ignoringAbsence(Deno.lstat(path));
  return found && { isRegularFile: found.isFile, sizeBytes: found.size };
}

async function ignoringAbsence<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
