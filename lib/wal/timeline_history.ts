/**
 * Timeline history files: how a timeline came to be (`wal.md` §8, PostgreSQL's `timeline.c`).
 *
 * @module
 */

import { type Lsn, parseLsn } from "./lsn.ts";

/** A timeline that was left, and where. */
export interface TimelineSwitch {
  readonly parentTimeline: number;
  readonly switchedAt: Lsn;
  readonly reason: string;
}

/** A history file's content, or why it cannot be read. */
export type TimelineHistory =
  | { readonly kind: "known"; readonly switches: readonly TimelineSwitch[] }
  | { readonly kind: "unreadable"; readonly message: string };

const LINE_PATTERN =
  /^\s*(?<parent>\d{1,10})\s+(?<position>[0-9A-Fa-f]+\/[0-9A-Fa-f]+)(?:\s+(?<reason>.*))?$/;

/** Reads the content of `TTTTTTTT.history`, oldest switch first; parents have to ascend. */
export function parseTimelineHistory(text: string): TimelineHistory {
  const switches: TimelineSwitch[] = [];
  for (const line of text.split("\n")) {
    if (/^\s*(#|$)/.test(line)) continue;
    const found = parseLine(line);
    const lastParent = switches.at(-1)?.parentTimeline ?? 0;
    if (found === undefined || found.parentTimeline <= lastParent) {
      return {
        kind: "unreadable",
        message:
          `Cannot read a timeline history: expected ascending "parent, switch LSN, reason", ` +
          `found ${JSON.stringify(line.slice(0, 80))}`,
      };
    }
    switches.push(found);
  }
  return { kind: "known", switches };
}

function parseLine(line: string): TimelineSwitch | undefined {
  const groups = LINE_PATTERN.exec(line)?.groups;
  const switchedAt = parseLsn(groups?.["position"] ?? "");
  if (groups === undefined || switchedAt === undefined) return undefined;
  return {
    parentTimeline: Number(groups["parent"]),
    switchedAt,
    reason: groups["reason"] ?? "",
  };
}
