/**
 * Looks at PGDATA itself: whose it is, of which major, and where its pg_wal lies.
 *
 * @module
 */

import type { DataDirectory } from "../../lib/wal/evidence.ts";
import { requiredContent, type WalFiles } from "./files.ts";

/** A data directory and the pg_wal that belongs to it. */
export interface DirectoryLook {
  readonly directory: DataDirectory;
  /** pg_wal without links; CloudNativePG makes it one to the WAL volume (`cnpg.md` §3.4). */
  readonly walPath: string;
  /** Names pg_wal: device and inode. */
  readonly walDirectoryId: string;
}

/**
 * Looks at the data directory.
 *
 * @param expectedWalId What pg_wal was at the last look; whatever directory it is where there was none.
 * @throws {Error} If it is not the directory of a PostgreSQL instance.
 */
export async function readDataDirectory(
  files: WalFiles,
  pgdata: string,
  expectedWalId: string | undefined,
): Promise<DirectoryLook> {
  const status = await files.status(pgdata);
  if (status?.kind !== "directory") {
    throw new Error(`expected a directory at ${pgdata}, found ${status?.kind ?? "nothing"}`);
  }
  const major = await readMajor(files, pgdata);
  const walPath = await files.realPath(`${pgdata}/pg_wal`);
  const wal = walPath === undefined ? undefined : await files.status(walPath);
  if (walPath === undefined || wal === undefined) {
    throw new Error(`expected a directory at ${pgdata}/pg_wal, found nothing`);
  }
  const isSame = expectedWalId === undefined || expectedWalId === wal.id;
  const oldControlFile = await files.status(`${pgdata}/global/pg_control.old`);
  return {
    directory: {
      id: status.id,
      major,
      hasOldControlFile: oldControlFile !== undefined,
      walDirectoryExpected: wal.kind === "directory" && isSame,
    },
    walPath,
    walDirectoryId: wal.id,
  };
}

async function readMajor(files: WalFiles, pgdata: string): Promise<number> {
  const text = new TextDecoder().decode(await requiredContent(files, `${pgdata}/PG_VERSION`));
  const digits = /^(\d{2})\s*$/.exec(text)?.[1];
  if (digits !== undefined) return Number(digits);
  const found = JSON.stringify(text.slice(0, 20));
  throw new Error(`expected a major like 17 in ${pgdata}/PG_VERSION, found ${found}`);
}
