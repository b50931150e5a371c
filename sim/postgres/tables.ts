/**
 * The tables of a server, which only grow.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";

/** Tables are extended by whole pages: with less room than one, a writer gets an error. */
export const PAGE_BYTES = 8192;

/** Files below PGDATA and in tablespaces, taken as one. */
export interface Tables {
  readonly sizeBytes: number;
  readonly isFull: boolean;
  /** Grows by so much, fractions of bytes included; by what there is room for, and false, where it is less. */
  grow(growthBytes: number): boolean;
}

/**
 * Makes tables of a size.
 *
 * @throws {RangeError} If there is no room for them.
 */
export function createTables(fileSystem: FileSystem, initialBytes: number): Tables {
  let size = initialBytes;
  let fraction = 0;
  if (!fileSystem.allocate(size)) {
    throw new RangeError(
      `Cannot make tables of ${size} bytes: expected room for them, found ${fileSystem.availableBytes}`,
    );
  }
  return {
    get sizeBytes(): number {
      return size;
    },
    get isFull(): boolean {
      return fileSystem.availableBytes < PAGE_BYTES;
    },
    grow(growthBytes): boolean {
      const grown = growthBytes + fraction;
      const wanted = Math.floor(grown);
      if (fileSystem.allocate(wanted)) {
        // Of the sum as it was rounded: of its parts the rest may be less than nothing.
        fraction = grown - wanted;
        size += wanted;
        return true;
      }
      const { availableBytes } = fileSystem;
      fileSystem.allocate(availableBytes);
      size += availableBytes;
      fraction = 0;
      return false;
    },
  };
}
