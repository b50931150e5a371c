/**
 * The VolumeProbe port on statfs(2).
 *
 * Adapter: asks the kernel about file systems.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import type { FileSystemStatistics, VolumeProbe } from "./measure.ts";

/** Asks the kernel; with 64-bit numbers, so that a volume of any size is exact. */
export const statfsProbe: VolumeProbe = {
  async statistics(path: string): Promise<FileSystemStatistics> {
    const found = await statfs(path, { bigint: true });
    // Not every version of the runtime's types knows `frsize`, which the kernel gives in any case.
    const frsize = "frsize" in found && typeof found.frsize === "bigint" ? found.frsize : 0n;
    const { bsize, blocks, bfree, bavail, files, ffree } = found;
    return { frsize, bsize, blocks, bfree, bavail, files, ffree };
  },
};
