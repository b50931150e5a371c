import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { type CutOff, type CutOffPolicy, findCutOff } from "./cut_off.ts";
import { ALL_MARGINS, type Margins, type WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { lsn } from "./lsn.ts";
import {
  controlOf,
  downEvidenceOf,
  evidenceOf,
  listingOf,
  liveSlotOf,
  nameOf,
  namesOf,
  senderOf,
  slotFileOf,
  statusesOf,
} from "./testing/evidence.ts";

const POLICY: CutOffPolicy = { retainCount: 1, margins: ALL_MARGINS };
const NO_MARGINS: Margins = { walKeepSize: "giveUp", rewind: "giveUp" };
const START = (segment: number): ReturnType<typeof lsn> => lsn(BigInt(segment) * 2n ** 24n);

function describe(cutOff: CutOff): string {
  return cutOff.kind === "known"
    ? `${cutOff.segment} by ${cutOff.setBy.map(({ constraint }) => constraint).join("+")}`
    : cutOff.refusals.map(({ reason }) => reason).join("+");
}

function check(cases: Record<string, readonly [WalEvidence, string]>): void {
  for (const [what, [evidence, expected]] of Object.entries(cases)) {
    assert.equal(describe(findCutOff(evidence, POLICY)), expected, what);
  }
}

Deno.test("findCutOff() names the term that set the cut-off", () => {
  check({
    "nothing but recovery and pg_rewind": [evidenceOf(), "11 by C1+C8"],
    "an older checkpoint before": [evidenceOf({ previousRedo: known(START(9)) }), "8 by C8"],
    "a label, though the gate refuses besides": [
      evidenceOf({ backupLabel: known({ kind: "present", startWal: START(4) }) }),
      "3 by C2",
    ],
    "T6: an inactive slot": [evidenceOf({ liveSlots: known([liveSlotOf(6)]) }), "5 by C3"],
    "T7: a slot on disk behind itself in memory (W8)": [
      evidenceOf({
        liveSlots: known([liveSlotOf(11)]),
        slotFiles: known([slotFileOf({ restartLsn: 3n * 2n ** 24n })]),
      }),
      "2 by C3",
    ],
    "T8: a logical slot": [
      evidenceOf({ liveSlots: known([liveSlotOf(7, { type: "logical" })]) }),
      "6 by C3",
    ],
    "T19: the temporary slot of pg_basebackup": [
      evidenceOf({ liveSlots: known([liveSlotOf(8, { temporary: true, active: true })]) }),
      "7 by C3",
    ],
    "T9: a slot that the next checkpoint would kill": [
      evidenceOf({ liveSlots: known([liveSlotOf(4, { walStatus: "unreserved" })]) }),
      "3 by C3",
    ],
    "T12: a standby without a slot": [evidenceOf({ walSenders: known([senderOf(5)]) }), "4 by C4"],
    "T14: a checkpoint whose record lies far after REDO (W2)": [
      evidenceOf({ control: controlOf({ checkpoint: 13n * 2n ** 24n }) }),
      "11 by C1+C8",
    ],
    "T11: wal_keep_size": [evidenceOf({ walKeepBytes: known(bytes(6 * 2 ** 24)) }), "6 by C5"],
    "part of a segment counts as a whole": [
      evidenceOf({ walKeepBytes: known(bytes(5 * 2 ** 24 + 1)) }),
      "6 by C5",
    ],
    "wal_keep_size beyond the beginning": [
      evidenceOf({ walKeepBytes: known(bytes(512 * 2 ** 20)) }),
      "1 by C5",
    ],
    "T37: the summarizer of PostgreSQL 17": [
      evidenceOf({
        control: controlOf({ major: 17 }),
        summarizer: known({ kind: "on", summarizedLsn: START(5) }),
      }),
      "4 by C7",
    ],
    "no summarizer before 17": [
      evidenceOf({ summarizer: known({ kind: "on", summarizedLsn: START(5) }) }),
      "11 by C1+C8",
    ],
  });
});

Deno.test("findCutOff() takes the least position of a sender, replay included", () => {
  for (const field of ["sentLsn", "writeLsn", "flushLsn", "replayLsn"] as const) {
    const evidence = evidenceOf({ walSenders: known([senderOf(11, { [field]: START(7) })]) });
    assert.equal(describe(findCutOff(evidence, POLICY)), "6 by C4", field);
  }
  const receiver = senderOf(9, { replayLsn: undefined });
  const evidence = evidenceOf({ walSenders: known([receiver]) });
  assert.equal(describe(findCutOff(evidence, POLICY)), "8 by C4", "pg_receivewal replays nothing");
});

Deno.test("T10: findCutOff() lets a slot that is lost hold nothing", () => {
  check({
    "lost": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { walStatus: "lost" })]) }),
      "11 by C1+C8",
    ],
    "idle too long (PostgreSQL 18)": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { invalidationReason: "idle_timeout" })]) }),
      "11 by C1+C8",
    ],
    "invalidated on disk": [
      evidenceOf({ slotFiles: known([slotFileOf({ invalidation: 1n })]) }),
      "11 by C1+C8",
    ],
    "without a position": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { restartLsn: undefined })]) }),
      "11 by C1+C8",
    ],
  });
});

function archive(walNames: string[], ready: string[], done: string[]): Partial<WalEvidence> {
  const statuses = [...statusesOf(ready, "ready"), ...statusesOf(done, "done")];
  return { listing: known(listingOf(walNames, statuses)) };
}

Deno.test("C6: findCutOff() keeps what is not proven archived", () => {
  const all = namesOf(1, 13);
  const partial = `${nameOf(6)}.partial`;
  const gap = [...namesOf(1, 5), ...namesOf(7, 9)];
  check({
    "T5: done, waiting, done (W5)": [
      evidenceOf(archive(all, [nameOf(6)], [...gap, ...namesOf(10, 11)])),
      "5 by C6",
    ],
    "T3: everything waits": [evidenceOf(archive(all, namesOf(1, 12), [])), "1 by C6"],
    "T4: no status at all (W6)": [evidenceOf(archive(all, [], [])), "1 by C6"],
    "one without a status": [evidenceOf(archive(all, [], [...gap, ...namesOf(10, 11)])), "5 by C6"],
    "both statuses at once": [
      evidenceOf(archive(all, [nameOf(6)], namesOf(1, 11))),
      "5 by C6",
    ],
    "a waiting status whose segment is gone": [
      evidenceOf(archive(namesOf(8, 13), [nameOf(4)], namesOf(8, 11))),
      "3 by C6",
    ],
    "T17: a partial segment": [
      evidenceOf(archive([...all, partial], [], [...namesOf(1, 11), partial])),
      "5 by C6",
    ],
    "T17: a partial segment that waits": [
      evidenceOf(archive(all, [partial], namesOf(1, 11))),
      "5 by C6",
    ],
    "REDO's own segment needs no status": [
      evidenceOf(archive(namesOf(11, 13), [], [nameOf(11)])),
      "11 by C1+C8",
    ],
    "T28: a demoted primary": [
      evidenceOf({ role: known("standby"), ...archive(all, [nameOf(3)], gap) }),
      "2 by C6",
    ],
    "a standby needs no status": [
      evidenceOf({ role: known("standby"), ...archive(all, [], []) }),
      "11 by C1+C8",
    ],
    "a standby that archives too does": [
      evidenceOf({
        role: known("standby"),
        archiving: known({ mode: "always", stored: true }),
        ...archive(all, [], namesOf(1, 7)),
      }),
      "7 by C6",
    ],
    "a standby that is down does": [
      downEvidenceOf({ role: known("standby"), ...archive(all, [], namesOf(1, 7)) }),
      "7 by C6",
    ],
    "T39: no archiving, but a file that waits all the same": [
      evidenceOf({
        archiving: known({ mode: "off", stored: false }),
        ...archive(all, [nameOf(4)], []),
      }),
      "3 by C6",
    ],
    "T39: no archiving": [
      evidenceOf({ archiving: known({ mode: "off", stored: false }), ...archive(all, [], []) }),
      "11 by C1+C8",
    ],
  });
});

Deno.test("T16: after a promotion, findCutOff() believes no .done of the former timeline", () => {
  const names = [...namesOf(1, 9, 1), ...namesOf(10, 13, 2)];
  const promoted = {
    ...archive(names, [], names),
    position: known({ lsn: START(13), timeline: 2 }),
  };
  check({
    "nothing confirmed": [evidenceOf(promoted), "1 by C6"],
    "the archive confirms the first": [
      evidenceOf({ ...promoted, confirmedArchived: new Set(namesOf(1, 7)) }),
      "7 by C6",
    ],
    "pg_control still on the former timeline, as a history file shows (W10)": [
      evidenceOf(archive([...namesOf(1, 13), "00000002.history"], [], namesOf(1, 12))),
      "1 by C6",
    ],
    "a standby receives what is forced to be done anyway": [
      evidenceOf({ ...promoted, role: known("standby") }),
      "11 by C1+C8",
    ],
  });
});

Deno.test("findCutOff() refuses by name whatever is unknown", () => {
  const fact = unknown("not seen");
  const without = (changes: Partial<WalEvidence>): WalEvidence => evidenceOf(changes);
  check({
    "server": [without({ server: fact }), "ServerStateUnknown"],
    "role": [without({ role: fact }), "RoleUnknown"],
    "pg_control": [without({ control: fact }), "ControlFileUnknown"],
    "listing": [without({ listing: fact }), "ListingUnknown"],
    "archiving": [without({ archiving: fact }), "ArchivingUnknown"],
    "all of them": [
      without({ server: fact, role: fact, control: fact, listing: fact, archiving: fact }),
      "ServerStateUnknown+RoleUnknown+ControlFileUnknown+ListingUnknown+ArchivingUnknown",
    ],
    "slots of the server": [without({ liveSlots: fact }), "SlotsUnknown"],
    "slots on disk": [without({ slotFiles: fact }), "SlotFilesUnknown"],
    "a damaged slot": [
      without({ slotFiles: known([slotFileOf({ persistency: 9 })]) }),
      "SlotFileUnreadable",
    ],
    "standbys": [without({ walSenders: fact }), "WalSendersUnknown"],
    "T13: rights": [without({ statisticsVisible: known(false) }), "StatisticsHidden"],
    "whether there are rights": [without({ statisticsVisible: fact }), "StatisticsHidden"],
    "T13: a sender of NULLs (W16)": [
      without({
        walSenders: known([
          senderOf(1, {
            state: undefined,
            sentLsn: undefined,
            writeLsn: undefined,
            flushLsn: undefined,
            replayLsn: undefined,
          }),
        ]),
      }),
      "WalSendersUnknown",
    ],
    "a standby that has confirmed nothing yet": [
      without({
        walSenders: known([
          senderOf(12, { writeLsn: undefined, flushLsn: undefined, replayLsn: undefined }),
        ]),
      }),
      "WalSendersUnknown",
    ],
    "wal_keep_size": [without({ walKeepBytes: fact }), "SettingUnknown"],
    "position": [without({ position: fact }), "PositionUnknown"],
    "summarizer": [
      without({ control: controlOf({ major: 18 }), summarizer: fact }),
      "SummarizerUnknown",
    ],
    "the checkpoint before": [without({ previousRedo: fact }), "PreviousCheckpointUnknown"],
    "backup_label": [without({ backupLabel: fact }), "BackupLabelUnknown"],
    "a label that cannot be read": [
      without({ backupLabel: known({ kind: "unreadable", message: "?" }) }),
      "BackupLabelUnknown",
    ],
    "T20: a damaged pg_control": [
      without({ control: controlOf({ state: 99 }) }),
      "ControlFileContentUnknown",
    ],
    "a listing with another segment size (W14)": [
      without({ control: controlOf({ segmentSize: 2 ** 20, redo: 1n << 24n }) }),
      "ListingUnknown",
    ],
  });
});

Deno.test("findCutOff() lets a base backup send files without a position", () => {
  const backup = senderOf(1, { state: "backup", sentLsn: undefined });
  assert.equal(
    describe(findCutOff(evidenceOf({ walSenders: known([backup]) }), POLICY)),
    "11 by C1+C8",
  );
});

Deno.test("§2.3: findCutOff() decides from files when the server is down", () => {
  const fact = unknown("down");
  const silent = {
    liveSlots: fact,
    walSenders: fact,
    position: fact,
    statisticsVisible: fact,
    previousRedo: fact,
  };
  const off = known({ mode: "off", stored: false } as const);
  check({
    "files are enough where an archive stands in": [downEvidenceOf(silent), "11 by C1"],
    "slots on disk": [downEvidenceOf({ ...silent, slotFiles: known([slotFileOf()]) }), "8 by C3"],
    "wal_keep_size counts back from the last position in pg_control": [
      downEvidenceOf({ ...silent, walKeepBytes: known(bytes(2 ** 26)) }),
      "7 by C5",
    ],
    "a standby's last position in pg_control is where it was consistent": [
      downEvidenceOf({
        ...silent,
        control: controlOf({ minRecoveryPoint: 13n * 2n ** 24n }),
        walKeepBytes: known(bytes(2 ** 26)),
      }),
      "8 by C5",
    ],
    "wal_keep_size never seen": [
      downEvidenceOf({ ...silent, walKeepBytes: fact }),
      "SettingUnknown",
    ],
    "T39: without an archive everything has to be known": [
      downEvidenceOf({ ...silent, archiving: off }),
      "WalSendersUnknown+PreviousCheckpointUnknown",
    ],
    "T39: without an archive, standbys as last seen": [
      downEvidenceOf({ archiving: off, walSenders: known([senderOf(4)]), statisticsVisible: fact }),
      "3 by C4",
    ],
  });
});

Deno.test("T11: findCutOff() gives margins up only where an archive stands in for them", () => {
  const evidence = evidenceOf({
    walKeepBytes: known(bytes(512 * 2 ** 20)),
    previousRedo: known(START(3)),
  });
  const policy = { retainCount: 1, margins: NO_MARGINS };
  assert.equal(describe(findCutOff(evidence, policy)), "11 by C1");
  for (const archiving of [{ mode: "off", stored: true }, { mode: "on", stored: false }] as const) {
    const without = { ...evidence, archiving: known(archiving) };
    assert.equal(describe(findCutOff(without, policy)), "1 by C5", archiving.mode);
  }
});

Deno.test("findCutOff() retains as many segments as it is told, and at least one", () => {
  const at = (retainCount: number): string =>
    describe(findCutOff(evidenceOf(), { retainCount, margins: ALL_MARGINS }));
  assert.equal(at(4), "8 by C1+C8");
  assert.equal(at(400), "1 by C1+C8");
  for (const count of [0, -1, 1.5, Number.NaN]) assert.equal(at(count), "RetainCountInvalid");
});

Deno.test("findCutOff() gives pg_archivecleanup a name of pg_control's timeline", () => {
  const cutOff = findCutOff(evidenceOf(), POLICY);
  assert.ok(cutOff.kind === "known");
  assert.equal(cutOff.fileName, nameOf(11));
});
