import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import type { DataDirectory, EarlierLook, WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { GATE_CHECKS, gateRefusals, OFFLINE_CHECKS } from "./gate.ts";
import { lsn } from "./lsn.ts";
import {
  controlOf,
  downEvidenceOf,
  evidenceOf,
  listingOf,
  nameOf,
  namesOf,
  slotFileOf,
  statusesOf,
} from "./testing/evidence.ts";
import { HEALTHY_CONTROL } from "./testing/control_file_bytes.ts";

const LOST = unknown("lost");

function reasons(evidence: WalEvidence): string {
  return gateRefusals(evidence).map(({ reason }) => reason).join("+");
}

function directory(changes: Partial<DataDirectory>): Partial<WalEvidence> {
  const usual = { id: "8:1/42", major: 16, hasOldControlFile: false, walDirectoryExpected: true };
  return { dataDirectory: known({ ...usual, ...changes }) };
}

function earlier(changes: Partial<EarlierLook>): Partial<WalEvidence> {
  return {
    earlier: known({
      systemIdentifier: HEALTHY_CONTROL.systemIdentifier,
      dataDirectoryId: "8:1/42",
      redo: lsn(11n * 2n ** 24n),
      ...changes,
    }),
  };
}

function files(walNames: string[]): Partial<WalEvidence> {
  return { listing: known(listingOf(walNames, [])) };
}

function operator(busyWith: string | undefined, changes = {}): Partial<WalEvidence> {
  return { operator: known({ busyWith, backupRunning: false, fenced: false, ...changes }) };
}

const backup = operator(undefined, { backupRunning: true });
const laterTimeline = [...namesOf(1, 11), nameOf(12, 2), nameOf(13, 2)];
const formerTimeline = { ...files(namesOf(1, 13)), control: controlOf({ timeline: 2 }) };

const CASES: Record<string, readonly [Partial<WalEvidence>, string]> = {
  "a healthy primary": [{}, ""],
  "a server that starts": [{ server: LOST }, "ServerStateUnknown"],
  "no pg_control": [{ control: LOST }, "ControlFileUnknown"],
  "T20: a pg_control of an unknown content": [
    { control: controlOf({ walLevel: 9 }) },
    "ControlFileContentUnknown",
  ],
  "T20: PG_VERSION 17 beside pg_control of 16 (W15)": [
    directory({ major: 17 }),
    "ControlFileOfOtherMajor",
  ],
  "a rewind under way": [directory({ hasOldControlFile: true }), "ControlFileReplaced"],
  "pg_wal on another device": [
    directory({ walDirectoryExpected: false }),
    "WalDirectoryUnexpected",
  ],
  "T18: a label (W12)": [
    { backupLabel: known({ kind: "present", startWal: lsn(1n << 24n) }) },
    "BackupLabelPresent",
  ],
  "T18: a label that cannot be read": [
    { backupLabel: known({ kind: "unreadable", message: "?" }) },
    "BackupLabelPresent",
  ],
  "T18: perhaps a label": [{ backupLabel: LOST }, "BackupLabelUnknown"],
  "a restore up to a target": [{ role: known("recovering") }, "RecoveryToTarget"],
  "an unknown role": [{ role: LOST }, "RoleUnknown"],
  "no listing": [{ listing: LOST }, "ListingUnknown"],
  "a name that no segment has": [
    files([...namesOf(1, 13), "000000010000000000000100"]),
    "SegmentNameMalformed",
  ],
  "no file of REDO": [
    files([...namesOf(1, 11), nameOf(13)]),
    "RedoFileMissing+CheckpointFileMissing",
  ],
  "no file of the checkpoint": [
    { ...files(namesOf(1, 12)), control: controlOf({ checkpoint: 13n << 24n }) },
    "CheckpointFileMissing",
  ],
  "T16: REDO's segment continued on a later timeline": [files(laterTimeline), ""],
  "REDO's segment on a former timeline alone": [
    formerTimeline,
    "RedoFileMissing+CheckpointFileMissing",
  ],
  "slots not listed": [{ slotFiles: LOST }, "SlotFilesUnknown"],
  "a damaged slot": [
    { slotFiles: known([slotFileOf(), slotFileOf({ persistency: 5 })]) },
    "SlotFileUnreadable",
  ],
  "T28: a former primary with WAL that waits": [
    {
      role: known("standby"),
      listing: known(listingOf(namesOf(1, 13), statusesOf([nameOf(12)], "ready"))),
    },
    "StandbyHasUnarchived",
  ],
  "a standby that archives too": [
    {
      role: known("standby"),
      archiving: known({ mode: "always", stored: true }),
      listing: known(listingOf(namesOf(1, 13), statusesOf([nameOf(12)], "ready"))),
    },
    "",
  ],
  "the first look": [{ earlier: LOST }, "FirstLook+FirstLook+FirstLook"],
  "another system": [earlier({ systemIdentifier: 1n }), "SystemIdentifierChanged"],
  "another directory": [earlier({ dataDirectoryId: "8:1/43" }), "DataDirectoryChanged"],
  "T40: REDO moved backwards": [earlier({ redo: lsn(13n << 24n) }), "RedoMovedBackwards"],
  "REDO did not move": [earlier({ redo: lsn(HEALTHY_CONTROL.redo) }), ""],
  "T13: a role without rights (W16)": [{ statisticsVisible: known(false) }, "StatisticsHidden"],
  "T13: perhaps without": [{ statisticsVisible: LOST }, "StatisticsHidden"],
  "an operator that switches over": [
    operator("Switchover in progress"),
    "OperatorBusyWithInstance",
  ],
  "an operator of whom nothing is known": [{ operator: LOST }, "OperatorStateUnknown"],
  "a fenced instance": [operator(undefined, { fenced: true }), "InstanceFenced"],
  "a backup that is archived": [backup, ""],
  "a backup without an archive": [
    { ...backup, archiving: known({ mode: "on", stored: false }) },
    "BackupWithoutArchive",
  ],
  "a backup with archiving off": [
    { ...backup, archiving: known({ mode: "off", stored: true }) },
    "BackupWithoutArchive",
  ],
  "a backup, perhaps archived": [{ ...backup, archiving: LOST }, "BackupWithoutArchive"],
  "another action": [{ actionInFlight: true }, "ActionInFlight"],
};

for (const [what, [changes, expected]] of Object.entries(CASES)) {
  Deno.test(`gateRefusals() with ${what}: ${expected || "open"}`, () => {
    assert.equal(reasons(evidenceOf(changes)), expected);
  });
}

Deno.test("gateRefusals() demands more beside a server that is down (§10 D)", () => {
  const cases: Record<string, readonly [Partial<WalEvidence>, string]> = {
    "T22: full, and nobody starts it": [{}, ""],
    "rights do not matter": [{ statisticsVisible: LOST }, ""],
    "a postmaster lives": [{ postmasterGone: known(false) }, "ServerNotStopped"],
    "perhaps a postmaster": [{ postmasterGone: LOST }, "ServerNotStopped"],
    "T33: room for a segment, as with inodes gone": [
      { availableBytes: known(bytes(2 ** 24)) },
      "DiskNotFull",
    ],
    "one byte less": [{ availableBytes: known(bytes(2 ** 24 - 1)) }, ""],
    "perhaps room": [{ availableBytes: LOST }, "DiskStateUnknown"],
  };
  for (const [what, [changes, expected]] of Object.entries(cases)) {
    assert.equal(reasons(downEvidenceOf(changes)), expected, what);
  }
});

Deno.test("OFFLINE_CHECKS refuse beside a server that is up", () => {
  const refusals = OFFLINE_CHECKS.map((check) => check(evidenceOf()))
    .filter((refusal) => refusal !== undefined);
  assert.deepEqual(refusals.map(({ reason }) => reason), ["ServerIsUp"]);
});

Deno.test("GATE_CHECKS say everything that is wrong, in their order", () => {
  const evidence = evidenceOf({ actionInFlight: true, ...directory({ hasOldControlFile: true }) });
  assert.equal(reasons(evidence), "ControlFileReplaced+ActionInFlight");
  const names = GATE_CHECKS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
