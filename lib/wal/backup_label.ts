/**
 * `backup_label`: data restored from a base backup start their recovery where the label says, not where
 * pg_control does (`wal.md` §2.3).
 *
 * @module
 */

import { type Lsn, parseLsn } from "./lsn.ts";

/** What is known of `backup_label` in PGDATA. A label that cannot be read is not an absent one. */
export type BackupLabel =
  | { readonly kind: "absent" }
  | {
    readonly kind: "present";
    readonly startWal: Lsn;
    readonly startTimeline?: number | undefined;
  }
  | { readonly kind: "unreadable"; readonly message: string };

const START_PATTERN =
  /^START WAL LOCATION: (?<position>[0-9A-F]{1,8}\/[0-9A-F]{1,8}) \(file [0-9A-F]{24}\)$/m;
const TIMELINE_PATTERN = /^START TIMELINE: (?<timeline>\d{1,10})$/m;

/** Reads the content of `backup_label`. */
export function parseBackupLabel(text: string): BackupLabel {
  const startWal = parseLsn(START_PATTERN.exec(text)?.groups?.["position"] ?? "");
  if (startWal === undefined) {
    return {
      kind: "unreadable",
      message: "Cannot read backup_label: expected a line START WAL LOCATION, found none",
    };
  }
  const timeline = TIMELINE_PATTERN.exec(text)?.groups?.["timeline"];
  return {
    kind: "present",
    startWal,
    startTimeline: timeline === undefined ? undefined : Number(timeline),
  };
}
