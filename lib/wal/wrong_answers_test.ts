/**
 * The known ways of getting a cut-off wrong (`wal.md` §2.5): each is an input for which nothing that is needed
 * may be removed.
 *
 * @module
 */

import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { ALL_MARGINS, type WalEvidence } from "./evidence.ts";
import { known } from "./fact.ts";
import { lsn } from "./lsn.ts";
import { planRemoval } from "./removal.ts";
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

const START = (segment: number): bigint => BigInt(segment) << 24n;

function listed(names: string[], done: string[], ready: string[] = []): Partial<WalEvidence> {
  const statuses = [...statusesOf(done, "done"), ...statusesOf(ready, "ready")];
  return { listing: known(listingOf(names, statuses)) };
}

/** The newest segment that is removed and those that must not be, or why nothing is removed. */
interface Mistake {
  readonly evidence: WalEvidence;
  /** The newest victim's number, or the reason why there is none. */
  readonly expected: number | string;
}

const standbyFarAhead = {
  role: known("standby" as const),
  position: known({ lsn: lsn(START(40)), timeline: 1 }),
  ...listed(namesOf(1, 40), namesOf(1, 39)),
};

const MISTAKES: Record<string, Mistake> = {
  "W1: cutting at the segment that is written": {
    evidence: evidenceOf({
      position: known({ lsn: lsn(START(20)), timeline: 1 }),
      ...listed(namesOf(1, 20), namesOf(1, 19)),
    }),
    expected: 10,
  },
  "W2: cutting at the checkpoint's record": {
    evidence: evidenceOf({
      control: controlOf({ checkpoint: START(47), redo: START(12) + 40n }),
      ...listed(namesOf(1, 50), namesOf(1, 49)),
    }),
    expected: 10,
  },
  "W3: cutting at the highest name": {
    evidence: evidenceOf(listed(namesOf(1, 90), namesOf(1, 11))),
    expected: 10,
  },
  "W4: one segment too high on a server that was shut down": {
    evidence: downEvidenceOf({
      control: controlOf({ state: 1, checkpoint: START(12) + 40n, redo: START(12) + 40n }),
    }),
    expected: 10,
  },
  "W5: cutting above a segment that waits": {
    evidence: evidenceOf(
      listed(namesOf(1, 13), [...namesOf(1, 5), ...namesOf(7, 11)], [nameOf(6)]),
    ),
    expected: 4,
  },
  "W6: taking no status for archived": {
    evidence: evidenceOf(listed(namesOf(1, 13), [...namesOf(1, 5), ...namesOf(7, 11)])),
    expected: 4,
  },
  "W7: cutting above a slot": {
    evidence: evidenceOf({ liveSlots: known([liveSlotOf(7)]) }),
    expected: 5,
  },
  "W8: believing a slot in memory": {
    evidence: evidenceOf({
      liveSlots: known([liveSlotOf(12)]),
      slotFiles: known([slotFileOf({ restartLsn: START(5) })]),
    }),
    expected: 3,
  },
  "W9: cutting at what a standby has replayed": {
    evidence: evidenceOf(standbyFarAhead),
    expected: 10,
  },
  "W10: looking at the present timeline alone": {
    evidence: evidenceOf({
      position: known({ lsn: lsn(START(13)), timeline: 2 }),
      ...listed([...namesOf(1, 13), nameOf(13, 2)], namesOf(1, 13)),
    }),
    expected: "NothingRemovable",
  },
  "W11: comparing whole names": {
    evidence: evidenceOf({
      control: controlOf({ timeline: 2 }),
      confirmedArchived: new Set(namesOf(1, 9)),
      ...listed(
        [...namesOf(1, 9), ...namesOf(10, 13, 2), nameOf(255)],
        [...namesOf(1, 9), ...namesOf(10, 11, 2)],
      ),
    }),
    expected: 10,
  },
  "W12: believing pg_control beside a label": {
    evidence: evidenceOf({ backupLabel: known({ kind: "present", startWal: lsn(START(8)) }) }),
    expected: "BackupLabelPresent",
  },
  "W14: another segment size": {
    evidence: evidenceOf({ control: controlOf({ segmentSize: 2 ** 26 }) }),
    expected: "ListingUnknown",
  },
  "W15: pg_control of another major": {
    evidence: evidenceOf({ control: controlOf({ major: 18 }) }),
    expected: "ControlFileOfOtherMajor",
  },
  "W16: a role that sees NULLs": {
    evidence: evidenceOf({ statisticsVisible: known(false), walSenders: known([]) }),
    expected: "StatisticsHidden",
  },
  "W17, W18: counting what only begins like a segment": {
    evidence: evidenceOf(
      listed(
        [
          ...namesOf(1, 13),
          `${nameOf(2)}.00000028.backup`,
          "00000001.history",
          "xlogtemp.99",
          "_cnpg_probe_a1b2",
          "archive_status",
          "summaries",
        ],
        namesOf(1, 11),
      ),
    ),
    expected: 10,
  },
};

for (const [what, { evidence, expected }] of Object.entries(MISTAKES)) {
  Deno.test(`planRemoval() does not fall for ${what}`, () => {
    const { victims, refusals } = planRemoval(evidence, { retainCount: 1, margins: ALL_MARGINS });
    const found = victims.at(-1)?.segment.number ?? refusals[0]?.reason;
    assert.equal(found, expected);
    for (const { name } of victims) assert.match(name, /^[0-9A-F]{24}$/);
  });
}

Deno.test("T38: planRemoval() keeps what pg_rewind reads after a failover", () => {
  const plan = (changes: Partial<WalEvidence>): number | undefined =>
    planRemoval(evidenceOf(changes), { retainCount: 1, margins: ALL_MARGINS }).victims
      .at(-1)?.segment.number;
  assert.equal(plan({ previousRedo: known(lsn(START(8))) }), 6);
  assert.equal(plan({ walKeepBytes: known(bytes(9 * 2 ** 24)) }), 2);
});

Deno.test("T29: planRemoval() after a checkpoint has removed some victims goes on with the rest", () => {
  const rest = evidenceOf({
    walSenders: known([senderOf(12)]),
    ...listed(namesOf(6, 13), namesOf(6, 11)),
  });
  const { victims } = planRemoval(rest, { retainCount: 1, margins: ALL_MARGINS });
  assert.deepEqual(victims.map(({ name }) => name), namesOf(6, 10));
});

Deno.test("T41: planRemoval() sees through 50,000 files", () => {
  const count = 50_000;
  const evidence = evidenceOf({
    control: controlOf({ redo: START(count), checkpoint: START(count) }),
    position: known({ lsn: lsn(START(count)), timeline: 1 }),
    previousRedo: known(lsn(START(count))),
    ...listed(namesOf(1, count), namesOf(1, count - 1)),
  });
  const { victims } = planRemoval(evidence, { retainCount: 1, margins: ALL_MARGINS });
  assert.equal(victims.length, count - 2);
});
