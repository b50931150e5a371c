/**
 * The DirectoryReader port on the runtime's file system.
 *
 * Adapter: reads directories.
 *
 * @module
 */

import type { DirectoryReader, PathKind } from "./locate_volumes.ts";

/** More names than this are not read: no instance has so many tablespaces. */
const NAMES_MAX = 1_000;

/** Reads the file system of this process. */
export const denoDirectories: DirectoryReader = {
  async kindOf(path: string): Promise<PathKind> {
    try {
      return (await Deno.stat(path)).isDirectory ? "directory" : "other";
    } catch (error) {
      return error instanceof Deno.errors.NotFound ? "absent" : "unknown";
    }
  },
  async names(path: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const entry of Deno.readDir(path)) {
      if (names.push(entry.name) >= NAMES_MAX) break;
    }
    return names;
  },
};
