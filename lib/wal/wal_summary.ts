/**
 * `pg_wal/summaries`: what the WAL summarizer of PostgreSQL 17 and later has finished (`wal.md` §2.3).
 *
 * @module
 */

import { compareLsns, type Lsn, lsn } from "./lsn.ts";

const NAME_PATTERN =
  /^(?<timeline>[0-9A-F]{8})(?<start>[0-9A-F]{16})(?<end>[0-9A-F]{16})\.summary$/;

/**
 * How far WAL is summarized, as far as file names tell: the furthest end on the newest timeline.
 *
 * @returns Undefined where there is no summary: everything may still be needed.
 */
export function summarizedLsnOf(names: Iterable<string>): Lsn | undefined {
  let newest: { timeline: number; end: Lsn } | undefined;
  for (const name of names) {
    const groups = NAME_PATTERN.exec(name)?.groups;
    if (groups === undefined) continue;
    const timeline = Number.parseInt(groups["timeline"] ?? "", 16);
    const end = lsn(BigInt(`0x${groups["end"]}`));
    const order = newest === undefined
      ? 1
      : timeline - newest.timeline || compareLsns(end, newest.end);
    if (order > 0) newest = { timeline, end };
  }
  return newest?.end;
}
