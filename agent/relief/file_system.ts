/**
 * Whether removing a file gives its blocks back to PostgreSQL at once. Only then is ballast a promise.
 *
 * @module
 */

/** What statfs(2) calls the file systems of databases (`linux/magic.h`). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xEF53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683E, "btrfs"],
  [0x2FC12FC1, "zfs"],
  [0x794C7630, "overlay"],
  [0x01021994, "tmpfs"],
  [0x6969, "nfs"],
  [0xFF534D42, "cifs"],
  [0x65735546, "fuse"],
  [0xCA451A4E, "bcachefs"],
]);

/** They write in place, and a file's blocks are its own. */
const IN_PLACE = new Set(["ext4", "xfs"]);

/** What may be expected of ballast. A thin or snapshotted device below cannot be seen from here. */
export type BallastGround =
  | { readonly kind: "certain"; readonly fileSystem: string }
  | { readonly kind: "unsure"; readonly message: string };

/** Judges a file system by its type number. */
export function judgeFileSystem(type: number): BallastGround {
  const name = NAMES.get(type >>> 0);
  if (name !== undefined && IN_PLACE.has(name)) return { kind: "certain", fileSystem: name };
  const found = name ?? `a file system of type 0x${(type >>> 0).toString(16)}`;
  return {
    kind: "unsure",
    message: `expected ext4 or xfs, found ${found}: a file that is removed may free nothing`,
  };
}
