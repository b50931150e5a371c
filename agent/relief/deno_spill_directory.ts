/**
 * The SpillDirectory port on the runtime's file system.
 *
 * Adapter: copies segments, and puts links into pg_wal.
 *
 * @module
 */

import { statfs } from "node:fs/promises";

import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { looksLikeSegment } from "../../lib/wal/segment_name.ts";
import type { SpillDirectory } from "./spill.ts";

const CHUNK_BYTES = 1024 ** 2;
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** A note that a segment was seen to be archived. */
const NOTE_ENDING = ".archived";

/** A link in the making; PostgreSQL knows no such name and lets it be. */
const LINK_PREFIX = "_storage_agent_link.";

/** Where copies go, and what has to stay free there. */
export interface SpillPlace {
  /** pg_wal, without links. */
  readonly walDirectory: string;
  /** The directory of the copies; made with the first. */
  readonly path: string;
  /** The other volume's mount point, and how much of it stays free. */
  readonly volumePath: string;
  readonly reservedBytes: Bytes;
}

/**
 * Opens a spill directory.
 *
 * @throws {Error} If it would lie on the volume that is to be relieved.
 */
export async function openSpillDirectory(place: SpillPlace): Promise<SpillDirectory> {
  const { walDirectory, path, volumePath, reservedBytes } = place;
  const [own, wal] = await Promise.all([Deno.stat(volumePath), Deno.stat(walDirectory)]);
  if (own.dev === wal.dev) {
    throw new Error(`Cannot move WAL to ${path}: expected another volume than pg_wal's`);
  }
  return {
    spilledNames: async () => (await namesIn(path)).filter(looksLikeSegment),
    async roomBytes(): Promise<Bytes> {
      const { bavail, bsize } = await statfs(volumePath);
      return bytes(Math.max(bavail * bsize - reservedBytes, 0));
    },
    copy: (name, signal) => copySegment(place, name, signal),
    link: (name) => placeLink(place, name),
    noteArchived: (name) => Deno.writeFile(`${path}/${name}${NOTE_ENDING}`, new Uint8Array()),
    archivedNames: async () =>
      (await namesIn(path)).filter((name) => name.endsWith(NOTE_ENDING))
        .map((name) => name.slice(0, -NOTE_ENDING.length)),
    async remove(name: string): Promise<void> {
      // The note goes last: a copy without one would stay for ever.
      await removeIfThere(`${path}/${name}`);
      await removeIfThere(`${path}/${name}${NOTE_ENDING}`);
    },
  };
}

async function copySegment(
  { walDirectory, path }: SpillPlace,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  const unfinished = `${path}/${name}.part`;
  const source = `${walDirectory}/${name}`;
  try {
    using from = await Deno.open(source);
    using to = await Deno.open(unfinished, {
      read: true,
      write: true,
      create: true,
      truncate: true,
      mode: FILE_MODE,
    });
    await from.readable.pipeTo(to.writable, { signal, preventClose: true, preventCancel: true });
    await to.sync();
    await compare(source, unfinished, signal);
    await Deno.rename(unfinished, `${path}/${name}`);
    await syncDirectory(path);
  } catch (error) {
    await removeIfThere(unfinished);
    throw error;
  }
}

async function compare(first: string, second: string, signal: AbortSignal): Promise<void> {
  using left = await Deno.open(first);
  using right = await Deno.open(second);
  const [one, other] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  for (;;) {
    signal.throwIfAborted();
    const [read, readToo] = [await readFull(left, one), await readFull(right, other)];
    const isSame = read === readToo &&
      one.subarray(0, read).every((byte, at) => byte === other[at]);
    if (!isSame) throw new Error(`Cannot trust ${second}: expected the bytes of ${first}`);
    if (read === 0) return;
  }
}

async function readFull(file: Deno.FsFile, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const count = await file.read(buffer.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return filled;
}

async function placeLink({ walDirectory, path }: SpillPlace, name: string): Promise<void> {
  const link = `${walDirectory}/${LINK_PREFIX}${name}`;
  await removeIfThere(link);
  await Deno.symlink(`${path}/${name}`, link);
  try {
    await Deno.rename(link, `${walDirectory}/${name}`);
  } catch (error) {
    await removeIfThere(link);
    throw error;
  }
  await syncDirectory(walDirectory);
}

async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

async function syncDirectory(path: string): Promise<void> {
  using directory = await Deno.open(path);
  await directory.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
