/**
 * How WAL is archived, from the server's settings and from what CloudNativePG has configured.
 *
 * @module
 */

import type { Archiving } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import type { ServerSettings } from "./ask_server.ts";
import type { OperatorSeen } from "./operator_context.ts";

/**
 * What is assumed of a server that never said anything: that it archives, so that every status counts, and
 * that nothing stores it, so that every margin counts. No setting asks for more to stay (`wal.md` §2.2).
 */
export const STRICTEST_ARCHIVING: Archiving = { mode: "on", stored: false };

/**
 * Judges whether archiving stores anything. A command of somebody's own is believed to; CloudNativePG's own
 * does only with a backup section, which has to be seen.
 */
export function archivingOf(
  { archiveMode, archiverKind }: ServerSettings,
  operator: Fact<OperatorSeen>,
): Archiving {
  return { mode: archiveMode, stored: archiveMode !== "off" && isStored(archiverKind, operator) };
}

function isStored(
  kind: ServerSettings["archiverKind"],
  operator: Fact<OperatorSeen>,
): boolean {
  switch (kind) {
    case "own":
      return true;
    case "none":
      return false;
    case "operator":
      return operator.kind === "known" && operator.value.archiveStored;
  }
}
