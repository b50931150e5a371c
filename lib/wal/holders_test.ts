import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { millis } from "../units/millis.ts";
import type { WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { findHolders } from "./holders.ts";
import { lsn } from "./lsn.ts";
import { REMEDIES } from "./remedies.ts";
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

const SEGMENT = 2 ** 24;

function tell(evidence: WalEvidence): string[] {
  return findHolders(evidence).holders.map(({ constraint, who, bytesHeld, shareBytes, remedy }) =>
    `${constraint}${who === undefined ? "" : ` ${who}`} ` +
    `${bytesHeld / SEGMENT} ${shareBytes / SEGMENT} ${remedy}`
  );
}

Deno.test("findHolders() says how much each holder holds, and how much it alone", () => {
  const evidence = evidenceOf({
    liveSlots: known([liveSlotOf(4)]),
    walKeepBytes: known(bytes(6 * SEGMENT)),
  });
  assert.deepEqual(tell(evidence), [
    "C3 _cnpg_orders_2 10 3 StartConsumerOrDropSlot",
    "C5 7 5 LowerWalKeepSize",
    "C1 2 0 Checkpoint",
    "C8 2 2 WaitForCheckpoint",
  ]);
});

Deno.test("findHolders() gives each holder the one safe remedy", () => {
  const waiting = known(
    listingOf(namesOf(1, 13), [
      ...statusesOf(namesOf(1, 2), "done"),
      ...statusesOf(namesOf(3, 12), "ready"),
    ]),
  );
  const gap = known(listingOf(namesOf(1, 13), []));
  const standby = known("standby" as const);
  const cases: Record<string, readonly [WalEvidence, string]> = {
    "T6: an inactive slot": [
      evidenceOf({ liveSlots: known([liveSlotOf(2)]) }),
      "C3 _cnpg_orders_2 12 10 StartConsumerOrDropSlot",
    ],
    "a slow slot": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { active: true })]) }),
      "C3 _cnpg_orders_2 12 10 SpeedUpConsumer",
    ],
    "T19: a backup's slot": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { active: true, temporary: true })]) }),
      "C3 _cnpg_orders_2 12 10 WaitForSession",
    ],
    "T9: a slot about to be lost": [
      evidenceOf({ liveSlots: known([liveSlotOf(2, { walStatus: "unreserved" })]) }),
      "C3 _cnpg_orders_2 12 10 DecideAboutSlot",
    ],
    "T7: a slot that is further in memory": [
      evidenceOf({ liveSlots: known([liveSlotOf(11)]), slotFiles: known([slotFileOf()]) }),
      "C3 _cnpg_orders_2 5 3 Checkpoint",
    ],
    "a slot's file beside a server that is down": [
      downEvidenceOf({ slotFiles: known([slotFileOf()]) }),
      "C3 _cnpg_orders_2 4 3 StartServer",
    ],
    "T12: a standby without a slot": [
      evidenceOf({ walSenders: known([senderOf(3)]) }),
      "C4 orders-2/77 11 9 SpeedUpConsumer",
    ],
    "T3: the archiver": [evidenceOf({ listing: waiting }), `C6 ${nameOf(3)} 11 9 FixArchiver`],
    "T4: no status": [evidenceOf({ listing: gap }), `C6 ${nameOf(1)} 13 11 Checkpoint`],
    "T28: a demoted primary": [
      evidenceOf({ listing: waiting, role: standby }),
      `C6 ${nameOf(3)} 11 9 ArchiveBeforeRejoining`,
    ],
    "T37: the summarizer": [
      evidenceOf({
        control: controlOf({ major: 18 }),
        summarizer: known({ kind: "on", summarizedLsn: lsn(5n << 24n) }),
      }),
      "C7 9 7 RestartSummarizer",
    ],
    "T18: a backup label": [
      evidenceOf({ backupLabel: known({ kind: "present", startWal: lsn(5n << 24n) }) }),
      "C2 9 7 FinishRecovery",
    ],
    "a standby's restartpoint": [evidenceOf({ role: standby }), "C1 2 0 CheckpointPrimaryFirst"],
  };
  for (const [what, [evidence, first]] of Object.entries(cases)) {
    assert.equal(tell(evidence)[0], first, what);
  }
});

Deno.test("findHolders() counts what waits and says since when", () => {
  const listing = known(
    listingOf(namesOf(1, 13), [
      ...statusesOf(namesOf(1, 2), "done"),
      ...statusesOf(namesOf(3, 12), "ready"),
    ]),
  );
  const evidence = evidenceOf({ listing, oldestReadyAtMs: millis(1000) });
  const [first] = findHolders(evidence).holders;
  assert.deepEqual(first, {
    constraint: "C6",
    reason: "NotArchived",
    segment: 3,
    who: nameOf(3),
    files: 10,
    sinceMs: 1000,
    bytesHeld: 11 * SEGMENT,
    shareBytes: 9 * SEGMENT,
    remedy: "FixArchiver",
  });
});

Deno.test("findHolders() tells what is known beside what is not", () => {
  const { holders, refusals } = findHolders(evidenceOf({ walSenders: unknown("no rights") }));
  assert.deepEqual(holders.map(({ constraint }) => constraint), ["C1", "C8"]);
  assert.deepEqual(refusals, [{ reason: "WalSendersUnknown", message: "no rights" }]);
  const none = findHolders(evidenceOf({ control: unknown("torn") }));
  assert.deepEqual(none, {
    holders: [],
    refusals: [{ reason: "ControlFileUnknown", message: "torn" }],
  });
});

Deno.test("REMEDIES are CamelCase words, each with a sentence", () => {
  for (const [remedy, sentence] of Object.entries(REMEDIES)) {
    assert.match(remedy, /^[A-Z][A-Za-z]+$/);
    assert.match(sentence, /^[A-Z].*\.$/);
  }
});
