/**
 * Two looks at the same instance, one right before something is removed: nothing may have moved backwards
 * (`wal.md` §10 C 7).
 *
 * @module
 */

import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import { formatLsn } from "../../lib/wal/lsn.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import type { Removal } from "../../lib/wal/removal.ts";

/** A look and the removal that was planned from it. */
export interface PlannedLook {
  readonly evidence: WalEvidence;
  readonly removal: Removal;
}

/** Why what the first look allowed is no longer allowed; empty where it still is. */
export function movedBackwards(first: PlannedLook, second: PlannedLook): WalRefusal[] {
  return [
    serverChanged(first, second),
    systemChanged(first, second),
    directoryChanged(first, second),
    redoWentBack(first, second),
    cutOffWentBack(first, second),
    victimIsHeld(first, second),
  ].filter((found) => found !== undefined);
}

/** Which victims of the first look are no longer in the listing of the second: somebody else removed them. */
export function vanishedVictims(first: PlannedLook, second: PlannedLook): string[] {
  const { listing } = second.evidence;
  if (listing.kind === "unknown") return [];
  const present = new Set(listing.value.segments.map(({ name }) => name));
  return first.removal.victims.map(({ name }) => name).filter((name) => !present.has(name));
}

function serverChanged(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const [before, now] = [first, second].map(({ evidence: { server } }) =>
    server.kind === "known" ? server.value : "unknown"
  );
  return before === now
    ? undefined
    : refusal("ServerStateUnknown", `the server was ${before}, and is ${now} by now`);
}

function systemChanged(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const before = believedControl(first.evidence)?.systemIdentifier;
  const now = believedControl(second.evidence)?.systemIdentifier;
  return before === now
    ? undefined
    : refusal("SystemIdentifierChanged", `expected system ${before}, found ${now}`);
}

function directoryChanged(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const [before, now] = [first, second].map(({ evidence: { dataDirectory } }) =>
    dataDirectory.kind === "known" ? dataDirectory.value.id : undefined
  );
  return before === now
    ? undefined
    : refusal("DataDirectoryChanged", `expected directory ${before}, found ${now}`);
}

function redoWentBack(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const before = believedControl(first.evidence)?.redo;
  const now = believedControl(second.evidence)?.redo;
  if (before === undefined || now === undefined || now >= before) return undefined;
  return refusal(
    "RedoMovedBackwards",
    `expected REDO at ${formatLsn(before)} or later, found ${formatLsn(now)}`,
  );
}

function cutOffWentBack(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const [before, now] = [first.removal.cutOff, second.removal.cutOff];
  if (before.kind === "unknown" || now.kind === "unknown" || now.segment >= before.segment) {
    return undefined; // One that is unknown is refused by its own reasons.
  }
  return refusal(
    "StepRefused",
    `the cut-off went back from ${before.fileName} to ${now.fileName}: something came to hold WAL`,
  );
}

function victimIsHeld(first: PlannedLook, second: PlannedLook): WalRefusal | undefined {
  const allowed = new Set([
    ...second.removal.victims.map(({ name }) => name),
    ...vanishedVictims(first, second),
  ]);
  const held = first.removal.victims.find(({ name }) => !allowed.has(name));
  return held === undefined
    ? undefined
    : refusal("StepRefused", `${held.name} is no longer one that may be removed`);
}
