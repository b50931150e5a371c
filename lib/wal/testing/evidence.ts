/**
 * Evidence of a healthy primary, to be changed for each test.
 *
 * @module
 */

import { bytes } from "../../units/bytes.ts";
import { readControlFile } from "../control_file.ts";
import type { LiveSlot, WalEvidence, WalSender } from "../evidence.ts";
import { known } from "../fact.ts";
import { readListing, type WalListing } from "../listing.ts";
import { lsn } from "../lsn.ts";
import { segmentNumber, type SegmentSize, segmentSize, segmentStart } from "../segment.ts";
import { formatSegmentName } from "../segment_name.ts";
import { readSlotState, type SlotStateReading } from "../slot_state.ts";
import { controlFileBytes, type ControlFileFields, HEALTHY_CONTROL } from "./control_file_bytes.ts";
import { slotStateBytes, type SlotStateFields } from "./slot_state_bytes.ts";

/** 16 MiB, as initdb has it. */
export const SIZE: SegmentSize = segmentSize(2 ** 24);

/** The name of a segment of 16 MiB. */
export function nameOf(number: number, timeline = 1): string {
  return formatSegmentName({ timeline, number: segmentNumber(number) }, SIZE);
}

/** The names of segments `from` to `to`. */
export function namesOf(from: number, to: number, timeline = 1): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => nameOf(from + index, timeline));
}

/** Statuses with one ending. */
export function statusesOf(names: readonly string[], ending: "ready" | "done"): string[] {
  return names.map((name) => `${name}.${ending}`);
}

/** A listing of 16 MiB segments. */
export function listingOf(walNames: readonly string[], statusNames: readonly string[]): WalListing {
  return readListing({ walNames, statusNames }, SIZE);
}

/** pg_control of a healthy primary with changes, as a fact. */
export function controlOf(changes: Partial<ControlFileFields> = {}): WalEvidence["control"] {
  return known(readControlFile(controlFileBytes(changes)));
}

/** A slot as it lies on disk. */
export function slotFileOf(changes: Partial<SlotStateFields> = {}): SlotStateReading {
  const name = changes.name ?? "_cnpg_orders_2";
  return readSlotState(name, slotStateBytes({ ...changes, name }));
}

/** A slot as the server tells it, at the beginning of a segment. */
export function liveSlotOf(segment: number, changes: Partial<LiveSlot> = {}): LiveSlot {
  return {
    name: "_cnpg_orders_2",
    type: "physical",
    active: false,
    temporary: false,
    restartLsn: segmentStart(segmentNumber(segment), SIZE),
    walStatus: "extended",
    ...changes,
  };
}

/** A standby that has confirmed everything up to the beginning of a segment. */
export function senderOf(segment: number, changes: Partial<WalSender> = {}): WalSender {
  const position = segmentStart(segmentNumber(segment), SIZE);
  return {
    pid: 77,
    applicationName: "orders-2",
    state: "streaming",
    sentLsn: position,
    writeLsn: position,
    flushLsn: position,
    replayLsn: position,
    usesSlot: false,
    ...changes,
  };
}

/**
 * A primary that is up: segments 1 to 13 of timeline 1, REDO in 12, 13 written now, all before archived, and
 * nothing that holds any of them.
 */
export function evidenceOf(changes: Partial<WalEvidence> = {}): WalEvidence {
  return {
    server: known("up"),
    role: known("primary"),
    dataDirectory: known({
      id: "8:1/42",
      major: HEALTHY_CONTROL.major,
      hasOldControlFile: false,
      walDirectoryExpected: true,
    }),
    control: controlOf(),
    listing: known(listingOf(namesOf(1, 13), statusesOf(namesOf(1, 11), "done"))),
    slotFiles: known([]),
    backupLabel: known({ kind: "absent" }),
    archiving: known({ mode: "on", stored: true }),
    confirmedArchived: new Set(),
    liveSlots: known([]),
    walSenders: known([]),
    statisticsVisible: known(true),
    position: known({ lsn: lsn(13n * 2n ** 24n + 500n), timeline: 1 }),
    walKeepBytes: known(bytes(0)),
    summarizer: known({ kind: "off" }),
    previousRedo: known(lsn(12n * 2n ** 24n)),
    earlier: known({
      systemIdentifier: HEALTHY_CONTROL.systemIdentifier,
      dataDirectoryId: "8:1/42",
      redo: lsn(11n * 2n ** 24n),
    }),
    operator: known({ backupRunning: false, fenced: false }),
    actionInFlight: false,
    availableBytes: known(bytes(5 * 2 ** 20)),
    postmasterGone: known(true),
    ...changes,
  };
}

/** The same instance after it ended for want of room. */
export function downEvidenceOf(changes: Partial<WalEvidence> = {}): WalEvidence {
  return evidenceOf({ server: known("down"), ...changes });
}
