/**
 * Reads pg_control while the server may be writing it.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import {
  type ControlFile,
  type ControlFileReading,
  readControlFile,
} from "../../lib/wal/control_file.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import { requiredContent, type WalFiles } from "./files.ts";

/** The server writes the file in one call of microseconds; that a read meets it twice in a row is unlikely. */
export const CONTROL_FILE_TRIES = 5;

/** Much longer than the write that tore the read. */
export const CONTROL_FILE_PAUSE_MS = 10;

/**
 * Reads `global/pg_control` below `pgdata`; a read that met a write shows as a wrong checksum or length and is
 * tried again (`wal.md` §2.3).
 *
 * @throws {Error} If there is no such file, or it cannot be read.
 */
export async function readControl(
  files: WalFiles,
  clock: Clock,
  pgdata: string,
): Promise<ControlFileReading> {
  const path = `${pgdata}/global/pg_control`;
  let reading = readControlFile(await requiredContent(files, path));
  for (let tries = 1; isTorn(reading) && tries < CONTROL_FILE_TRIES; tries += 1) {
    await clock.sleep(CONTROL_FILE_PAUSE_MS);
    reading = readControlFile(await requiredContent(files, path));
  }
  return reading;
}

/** What pg_control says, where it could be read and is believed. */
export function believed(control: Fact<ControlFileReading>): ControlFile | undefined {
  if (control.kind === "unknown" || control.value.kind === "refused") return undefined;
  return control.value.value;
}

function isTorn(reading: ControlFileReading): boolean {
  if (reading.kind === "known") return false;
  const { reason } = reading.refusal;
  return reason === "ControlFileCrcWrong" || reason === "ControlFileTruncated";
}
