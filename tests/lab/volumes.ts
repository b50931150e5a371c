/**
 * File systems on loop devices: they have a size of their own, fill up for real and grow for real.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import { run } from "./command.ts";

/** mkfs.xfs refuses less. */
export const XFS_BYTES_MIN = 300 * 1024 ** 2;

/** xfs grows while mounted. ext4 gets stuck: see {@link VolumeStore.growFileSystem}. */
export type FileSystem = "xfs" | "ext4";

/** A mounted file system in an image file. */
export interface Volume {
  /** Unique in its store; serves as the CSI volume handle. */
  readonly id: string;
  readonly fileSystem: FileSystem;
  readonly image: string;
  /** For example `/dev/loop3`. */
  readonly device: string;
  /** Where it is mounted. */
  readonly path: string;
}

/** What to make. */
export interface VolumeOptions {
  readonly sizeBytes: number;
  /** @default {"xfs"} */
  readonly fileSystem?: FileSystem | undefined;
  /** Mount point; made if it is not there. @default a directory of the store */
  readonly path?: string | undefined;
  /** Owner of the root directory of the file system, user and group. @default {0} */
  readonly ownerId?: number | undefined;
}

/** Sizes of a file system as statfs has them; `used` and `available` do not add up to `total` on ext4. */
export interface VolumeUsage {
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
  /** `used / (used + available)`, in percent. */
  readonly usedPercent: number;
}

/** How full to make a volume. */
export type FillTarget =
  | { readonly bytes: number }
  | { readonly usedPercent: number }
  | { readonly availableBytes: number };

/** A file that takes room away. */
export interface Filling {
  readonly path: string;
  readonly bytes: number;
}

/** The file systems of one lab. They are unmounted and removed with the lab's directory. */
export interface VolumeStore {
  create(options: VolumeOptions): Promise<Volume>;
  /** Enlarges the disk and lets the kernel see it: what ControllerExpandVolume does. */
  growDevice(volume: Volume, sizeBytes: number): Promise<void>;
  /**
   * Enlarges the mounted file system to its disk: what NodeExpandVolume does.
   *
   * ext4 always fails, with the kernel's own refusal: the tool runs without CAP_SYS_RESOURCE, as it
   * would in many a container. So does xfs when `denied` is set.
   */
  growFileSystem(
    volume: Volume,
    options?: { readonly denied?: boolean | undefined },
  ): Promise<void>;
  /** Both at once. */
  grow(volume: Volume, sizeBytes: number): Promise<void>;
  usage(volume: Volume): Promise<VolumeUsage>;
  /** Allocates blocks in a file of its own until the target is reached; removing the file frees them. */
  fill(volume: Volume, target: FillTarget): Promise<Filling>;
}

/** Makes a store that keeps its images and, unless told otherwise, its mount points below `directory`. */
export function createVolumeStore(directory: string): VolumeStore {
  let created = 0;
  let fillings = 0;
  async function growDevice(volume: Volume, sizeBytes: number): Promise<void> {
    const { size } = await Deno.stat(volume.image);
    if (sizeBytes < size) {
      throw new RangeError(
        `Cannot grow ${volume.id}: expected at least ${size} bytes, found ${sizeBytes}`,
      );
    }
    await Deno.truncate(volume.image, sizeBytes);
    await run("losetup", ["--set-capacity", volume.device]);
  }
  return {
    create: (options) => createVolume(directory, `volume-${++created}`, options),
    growDevice,
    growFileSystem,
    async grow(volume, sizeBytes): Promise<void> {
      await growDevice(volume, sizeBytes);
      await growFileSystem(volume);
    },
    usage: (volume) => readUsage(volume.path),
    async fill(volume, target): Promise<Filling> {
      const bytes = Math.max(0, Math.floor(missingBytes(await readUsage(volume.path), target)));
      const path = `${volume.path}/.fill-${++fillings}`;
      if (bytes > 0) await run("fallocate", ["--length", String(bytes), path]);
      return { path, bytes };
    },
  };
}

/** Reads the sizes of the file system at `path`. */
export async function readUsage(path: string): Promise<VolumeUsage> {
  const { blocks, bfree, bavail, bsize } = await statfs(path);
  const usedBytes = (blocks - bfree) * bsize;
  const availableBytes = bavail * bsize;
  return {
    totalBytes: blocks * bsize,
    usedBytes,
    availableBytes,
    usedPercent: 100 * usedBytes / (usedBytes + availableBytes),
  };
}

/** Bytes to allocate until `target` is reached; negative when it is passed already. */
export function missingBytes(usage: VolumeUsage, target: FillTarget): number {
  if ("bytes" in target) return target.bytes;
  if ("availableBytes" in target) return usage.availableBytes - target.availableBytes;
  const room = usage.usedBytes + usage.availableBytes;
  return room * target.usedPercent / 100 - usage.usedBytes;
}

async function createVolume(
  directory: string,
  id: string,
  options: VolumeOptions,
): Promise<Volume> {
  const { sizeBytes, fileSystem = "xfs", path = `${directory}/${id}`, ownerId } = options;
  if (fileSystem === "xfs" && sizeBytes < XFS_BYTES_MIN) {
    throw new RangeError(
      `Cannot make an xfs volume: expected at least ${XFS_BYTES_MIN} bytes, found ${sizeBytes}`,
    );
  }
  const image = `${directory}/${id}.img`;
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeFile(image, new Uint8Array(), { createNew: true, mode: 0o600 });
  await Deno.truncate(image, sizeBytes);
  // As kubelet formats: for ext4 without the blocks that are reserved for root.
  const format = fileSystem === "xfs" ? ["-q", image] : ["-q", "-F", "-m0", image];
  await run(`mkfs.${fileSystem}`, format);
  await run("mount", ["-o", "loop", "-t", fileSystem, image, path]);
  const device = await run("findmnt", ["--noheadings", "--output", "SOURCE", "--mountpoint", path]);
  if (ownerId !== undefined) await Deno.chown(path, ownerId, ownerId);
  return { id, fileSystem, image, device, path };
}

async function growFileSystem(
  volume: Volume,
  { denied = false }: { readonly denied?: boolean | undefined } = {},
): Promise<void> {
  switch (volume.fileSystem) {
    case "ext4":
      await run("setpriv", ["--bounding-set", "-sys_resource", "--", "resize2fs", volume.device]);
      return;
    case "xfs": {
      const fence = denied ? ["setpriv", "--bounding-set", "-sys_admin", "--"] : [];
      const [command = "xfs_growfs", ...args] = [...fence, "xfs_growfs", volume.path];
      await run(command, args);
      return;
    }
  }
}
