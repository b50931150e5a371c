/**
 * C4: standbys and receivers that are connected. Without a slot nothing in PostgreSQL keeps their WAL
 * (`wal.md` §2.4).
 *
 * @module
 */

import type { WalSender } from "./evidence.ts";
import { type Ground, isWithoutArchive } from "./ground.ts";
import {
  type ConstraintFindings,
  held,
  mergeFindings,
  NOTHING_HELD,
  refused,
  type WalHold,
} from "./hold.ts";
import { type Lsn, minLsn } from "./lsn.ts";
import { segmentOf, type SegmentSize } from "./segment.ts";

/**
 * What connected standbys and receivers still need. Of a server that is down, files do not tell: with an
 * archive they can have it from there, and without one the last positions that were seen decide.
 */
export function senderHolds(ground: Ground): ConstraintFindings {
  const { evidence, server, archiving, control } = ground;
  if (server === "down" && !isWithoutArchive(archiving)) return NOTHING_HELD;
  const { walSenders, statisticsVisible } = evidence;
  if (server === "up" && !(statisticsVisible.kind === "known" && statisticsVisible.value)) {
    return refused(
      "StatisticsHidden",
      "Cannot see standbys: expected the rights of pg_read_all_stats, found a role without them",
    );
  }
  if (walSenders.kind === "unknown") return refused("WalSendersUnknown", walSenders.message);
  return mergeFindings(walSenders.value.map((sender) => findingsOf(sender, control.segmentSize)));
}

/**
 * The oldest position that a sender's client may ask for again: the least of what is known, replay included,
 * since a receiver that restarts asks from there.
 *
 * @returns Undefined where the server does not tell.
 */
export function neededBySender(sender: WalSender): Lsn | undefined {
  const { sentLsn, writeLsn, flushLsn, replayLsn } = sender;
  const confirmed = [writeLsn, flushLsn, replayLsn].filter((position) => position !== undefined);
  if (sentLsn === undefined || confirmed.length === 0) return undefined;
  return confirmed.reduce(minLsn, sentLsn);
}

/** A base backup sends files, not WAL; its WAL is kept by a slot of its own or by the archive. */
export function isBaseBackup(sender: WalSender): boolean {
  return sender.state === "backup";
}

/** A sender's name for messages: who it is and its process. */
export function nameOfSender(sender: WalSender): string {
  return `${sender.applicationName ?? "unknown"}/${sender.pid}`;
}

function findingsOf(sender: WalSender, size: SegmentSize): ConstraintFindings {
  if (isBaseBackup(sender)) return NOTHING_HELD;
  const position = neededBySender(sender);
  if (position === undefined) {
    return refused(
      "WalSendersUnknown",
      `Cannot tell what ${nameOfSender(sender)} needs: expected its positions, found none`,
    );
  }
  const hold: WalHold = {
    constraint: "C4",
    reason: "WalSenderNeedsWal",
    segment: segmentOf(position, size),
    who: nameOfSender(sender),
    sinceMs: sender.backendStartMs,
  };
  return held(hold);
}
