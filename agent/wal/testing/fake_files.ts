/**
 * The files of an instance in memory, with a count of the calls that were made.
 *
 * @module
 */

import { controlFileBytes } from "../../../lib/wal/testing/control_file_bytes.ts";
import { namesOf } from "../../../lib/wal/testing/evidence.ts";
import type { FileStatus, WalFiles } from "../files.ts";

/** Where the instance lies. */
export const PGDATA = "/data/pgdata";

/** Files by path, texts or bytes; a path that ends with `/` is a directory without anything else. */
export type FileTree = Record<string, string | Uint8Array>;

/** Fake files, and how often each call was made. */
export interface FakeFiles extends WalFiles {
  readonly calls: Record<keyof WalFiles, number>;
  readonly tree: FileTree;
}

/** When every file was written. */
export const MODIFIED_AT_MS = 1_767_225_000_000;

/** A primary of PostgreSQL 15 that stopped with REDO in segment 12 of 16 MiB; what lies before is archived. */
export function instanceTree(changes: FileTree = {}): FileTree {
  const statuses = namesOf(10, 11).map((name) => [
    `${PGDATA}/pg_wal/archive_status/${name}.done`,
    "",
  ]);
  const segments = namesOf(10, 13).map((name) => [`${PGDATA}/pg_wal/${name}`, ""]);
  return {
    [`${PGDATA}/PG_VERSION`]: "15\n",
    [`${PGDATA}/global/pg_control`]: controlFileBytes({ major: 15 }),
    [`${PGDATA}/pg_replslot/`]: "",
    ...Object.fromEntries(statuses),
    ...Object.fromEntries(segments),
    ...changes,
  };
}

/** Files with this content. */
export function fakeFiles(tree: FileTree): FakeFiles {
  const calls = { names: 0, content: 0, status: 0, realPath: 0 };

  function childrenOf(path: string): string[] {
    const prefix = `${path}/`;
    const children = Object.keys(tree).filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length).split("/")[0] ?? "");
    return [...new Set(children)];
  }

  function isDirectory(path: string): boolean {
    return Object.keys(tree).some((key) => key.startsWith(`${path}/`));
  }

  function statusOf(path: string): FileStatus | undefined {
    if (isDirectory(path)) return { kind: "directory", id: path, modifiedAtMs: MODIFIED_AT_MS };
    return tree[path] === undefined
      ? undefined
      : { kind: "file", id: path, modifiedAtMs: MODIFIED_AT_MS };
  }

  return {
    calls,
    tree,
    names(path): Promise<readonly string[] | undefined> {
      calls.names += 1;
      if (!isDirectory(path)) return Promise.resolve(undefined);
      return Promise.resolve(childrenOf(path).filter((name) => name !== ""));
    },
    content(path): Promise<Uint8Array | undefined> {
      calls.content += 1;
      const content = tree[path];
      if (typeof content === "string") return Promise.resolve(new TextEncoder().encode(content));
      return Promise.resolve(content);
    },
    status(path): Promise<FileStatus | undefined> {
      calls.status += 1;
      return Promise.resolve(statusOf(path));
    },
    realPath(path): Promise<string | undefined> {
      calls.realPath += 1;
      return Promise.resolve(statusOf(path) === undefined ? undefined : path);
    },
  };
}
