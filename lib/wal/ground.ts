/**
 * The facts without which nothing can be said about removing WAL.
 *
 * @module
 */

import type { ControlFile } from "./control_file.ts";
import type { Archiving, ServerState, WalEvidence } from "./evidence.ts";
import type { Fact } from "./fact.ts";
import type { WalListing } from "./listing.ts";
import { highestTimeline } from "./listing.ts";
import { type Lsn, maxLsn } from "./lsn.ts";
import type { WalReason, WalRefusal } from "./reasons.ts";
import type { ServerRole } from "./recovery_signal.ts";

/** Evidence whose indispensable parts are known. */
export interface Ground {
  readonly evidence: WalEvidence;
  readonly server: ServerState;
  readonly role: ServerRole;
  readonly control: ControlFile;
  readonly listing: WalListing;
  readonly archiving: Archiving;
}

/** Firm ground, or every reason why there is none. */
export type GroundFinding =
  | { readonly kind: "known"; readonly ground: Ground }
  | { readonly kind: "unknown"; readonly refusals: readonly WalRefusal[] };

/** Collects what is indispensable. */
export function findGround(evidence: WalEvidence): GroundFinding {
  const refusals = missingFacts(evidence);
  const { server, role, control, listing, archiving } = evidence;
  if (
    server.kind === "unknown" || role.kind === "unknown" || control.kind === "unknown" ||
    listing.kind === "unknown" || archiving.kind === "unknown" || control.value.kind === "refused"
  ) {
    return { kind: "unknown", refusals };
  }
  const controlFile = control.value.value;
  if (listing.value.segmentSize !== controlFile.segmentSize) {
    const message = `Cannot use the listing of pg_wal: expected names for segments of ` +
      `${controlFile.segmentSize} bytes, found ${listing.value.segmentSize}`;
    return { kind: "unknown", refusals: [{ reason: "ListingUnknown", message }] };
  }
  return {
    kind: "known",
    ground: {
      evidence,
      server: server.value,
      role: role.value,
      control: controlFile,
      listing: listing.value,
      archiving: archiving.value,
    },
  };
}

/** Whether nothing that leaves pg_wal can be had again: then every margin is mandatory (`wal.md` §2.2). */
export function isWithoutArchive({ mode, stored }: Archiving): boolean {
  return mode === "off" || !stored;
}

/**
 * The timeline that is written now. After a promotion pg_control shows the former one until the first
 * checkpoint has ended (`wal.md` §1.4), so every sign of a later one counts.
 */
export function currentTimeline({ evidence, server, control, listing }: Ground): number {
  const seen = server === "up" && evidence.position.kind === "known"
    ? evidence.position.value.timeline
    : 0;
  return Math.max(
    control.timeline,
    control.minRecoveryTimeline,
    highestTimeline(listing),
    seen,
  );
}

/** A position that the server has certainly reached, from pg_control alone. */
export function reachedByControl(control: ControlFile): Lsn {
  return maxLsn(control.checkpoint, control.minRecoveryPoint);
}

function missingFacts(evidence: WalEvidence): WalRefusal[] {
  const refusals = [
    missing(evidence.server, "ServerStateUnknown"),
    missing(evidence.role, "RoleUnknown"),
    missing(evidence.control, "ControlFileUnknown"),
    missing(evidence.listing, "ListingUnknown"),
    missing(evidence.archiving, "ArchivingUnknown"),
  ];
  const { control } = evidence;
  if (control.kind === "known" && control.value.kind === "refused") {
    refusals.push(control.value.refusal);
  }
  return refusals.filter((refusal) => refusal !== undefined);
}

function missing(fact: Fact<unknown>, reason: WalReason): WalRefusal | undefined {
  return fact.kind === "unknown" ? { reason, message: fact.message } : undefined;
}
