/**
 * C3: replication slots, as the server tells them and as they lie on disk (`wal.md` §2.1).
 *
 * A slot in memory may be far ahead of its file, and a crash takes it back there: both count, and the older
 * position decides.
 *
 * @module
 */

import type { LiveSlot } from "./evidence.ts";
import type { Ground } from "./ground.ts";
import {
  type ConstraintFindings,
  mergeFindings,
  refused,
  type SlotCondition,
  type WalHold,
} from "./hold.ts";
import { segmentOf, type SegmentSize } from "./segment.ts";
import type { SlotState } from "./slot_state.ts";

/** What replication slots hold; of a server that is down, what their files say. */
export function slotHolds(ground: Ground): ConstraintFindings {
  const files = slotFileHolds(ground);
  if (ground.server === "down") return files;
  return mergeFindings([liveSlotHolds(ground), files]);
}

/** Whether a slot still holds WAL; PostgreSQL 18 leaves its position standing when it is idle too long. */
export function holdsWal(slot: LiveSlot): boolean {
  return slot.restartLsn !== undefined && slot.walStatus !== "lost" &&
    slot.invalidationReason === undefined;
}

/** Whether the next checkpoint would invalidate a slot (`wal.md` §6). */
export function isDoomed(slot: LiveSlot): boolean {
  if (!holdsWal(slot)) return false;
  const isOverdue = slot.safeWalBytes !== undefined && slot.safeWalBytes <= 0n;
  return slot.walStatus === "unreserved" || isOverdue || slot.idleTimeoutPassed === true;
}

function liveSlotHolds({ evidence, control }: Ground): ConstraintFindings {
  const { liveSlots } = evidence;
  if (liveSlots.kind === "unknown") return refused("SlotsUnknown", liveSlots.message);
  const holds = liveSlots.value
    .filter(holdsWal)
    .flatMap((slot) => holdOf(slot, conditionOf(slot), control.segmentSize));
  return { holds, refusals: [] };
}

function slotFileHolds({ evidence, control }: Ground): ConstraintFindings {
  const { slotFiles } = evidence;
  if (slotFiles.kind === "unknown") return refused("SlotFilesUnknown", slotFiles.message);
  const findings = slotFiles.value.map((reading): ConstraintFindings => {
    if (reading.kind === "refused") return { holds: [], refusals: [reading.refusal] };
    return {
      holds: reading.value.invalidated
        ? []
        : holdOf(reading.value, "onDiskOnly", control.segmentSize),
      refusals: [],
    };
  });
  return mergeFindings(findings);
}

function holdOf(
  slot: Pick<LiveSlot & SlotState, "name" | "restartLsn"> & Pick<LiveSlot, "inactiveSinceMs">,
  condition: SlotCondition,
  size: SegmentSize,
): WalHold[] {
  if (slot.restartLsn === undefined) return [];
  return [{
    constraint: "C3",
    reason: "SlotHoldsWal",
    segment: segmentOf(slot.restartLsn, size),
    who: slot.name,
    slot: condition,
    sinceMs: slot.inactiveSinceMs,
  }];
}

function conditionOf(slot: LiveSlot): SlotCondition {
  if (isDoomed(slot)) return "unreserved";
  if (slot.temporary) return "temporary";
  return slot.active ? "active" : "inactive";
}
