/**
 * Finds the volumes of the instance. Tablespaces come and go while the pod runs.
 *
 * @module
 */

import { REPORT_VOLUMES_MAX } from "../lib/report/report.ts";
import {
  DATA_MOUNT_PATH,
  pathBelow,
  TABLESPACES_PATH,
  type Volume,
  volumeAt,
  WAL_MOUNT_PATH,
} from "./volume.ts";

/** What is at a path. `unknown`: something may be there, and the file system does not say what. */
export type PathKind = "absent" | "directory" | "other" | "unknown";

/** Looks at directories; never throws for a path that is merely absent. */
export interface DirectoryReader {
  kindOf(path: string): Promise<PathKind>;
  /** Names in a directory. Rejects when it cannot be read. */
  names(path: string): Promise<readonly string[]>;
}

/** Roles are at most 80 characters in a report, five of them `tbs:` and a reserve. */
const TABLESPACE_NAME_LENGTH_MAX = 75;

/**
 * Finds every volume below `root`.
 *
 * A path that exists but cannot be examined counts as a volume: measuring it will say what is wrong, while
 * leaving it out would hide it. When the tablespaces cannot be listed, those in `known` are kept.
 */
export async function locateVolumes(
  directories: DirectoryReader,
  root: string,
  known: readonly Volume[] = [],
): Promise<readonly Volume[]> {
  const data = volumeAt(root, "data", DATA_MOUNT_PATH);
  const wal = volumeAt(root, "wal", WAL_MOUNT_PATH);
  const found: Volume[] = [];
  if (await directories.kindOf(data.path) !== "absent") found.push(data);
  if (await isVolume(directories, wal)) found.push(wal);
  found.push(...await locateTablespaces(directories, root, known));
  return found.slice(0, REPORT_VOLUMES_MAX);
}

async function locateTablespaces(
  directories: DirectoryReader,
  root: string,
  known: readonly Volume[],
): Promise<readonly Volume[]> {
  const parent = pathBelow(root, TABLESPACES_PATH);
  if (await directories.kindOf(parent) === "absent") return [];
  let names: readonly string[];
  try {
    names = await directories.names(parent);
  } catch {
    return known.filter((volume) => volume.role.startsWith("tbs:"));
  }
  const found: Volume[] = [];
  for (const name of names.filter(isTablespaceName).toSorted().slice(0, REPORT_VOLUMES_MAX)) {
    const volume = volumeAt(root, `tbs:${name}`, `${TABLESPACES_PATH}/${name}`);
    if (await isVolume(directories, volume)) found.push(volume);
  }
  return found;
}

async function isVolume(directories: DirectoryReader, volume: Volume): Promise<boolean> {
  const kind = await directories.kindOf(volume.path);
  return kind === "directory" || kind === "unknown";
}

/** Names with a leading dot belong to the kubelet; `lost+found` to the file system. */
function isTablespaceName(name: string): boolean {
  return !name.startsWith(".") && name !== "lost+found" &&
    name.length <= TABLESPACE_NAME_LENGTH_MAX;
}
