import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { millis } from "../units/millis.ts";
import {
  checkpointRefusals,
  type CheckpointRequest,
  didCheckpointMove,
  FORCED_CHECKPOINT_INTERVAL_MS,
} from "./checkpoint.ts";
import { checkpointGain } from "./checkpoint_gain.ts";
import type { WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { findGround } from "./ground.ts";
import { lsn } from "./lsn.ts";
import {
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

const NOW = lsn((13n << 24n) + 500n);
const LOST = unknown("lost");
const REQUEST: CheckpointRequest = {
  primaryRedo: LOST,
  replayLsn: LOST,
  mayKillSlots: false,
  mayBreakStandbys: false,
};

function gain(evidence: WalEvidence): number | string {
  const finding = findGround(evidence);
  assert.ok(finding.kind === "known");
  const found = checkpointGain(finding.ground, NOW);
  if (found.kind === "unknown") return found.refusals.map(({ reason }) => reason).join("+");
  assert.equal(found.gainedBytes, found.segments * 2 ** 24);
  return found.segments;
}

function listed(names: string[], ready: string[], done: string[]): Partial<WalEvidence> {
  const statuses = [...statusesOf(ready, "ready"), ...statusesOf(done, "done")];
  return { listing: known(listingOf(names, statuses)) };
}

Deno.test("checkpointGain() counts old segments that nothing but recovery holds", () => {
  const all = namesOf(1, 13);
  const cases: Record<string, readonly [Partial<WalEvidence>, number | string]> = {
    "T2: eleven archived, the twelfth has no status yet": [{}, 11],
    "T1: all recycled already": [listed(namesOf(13, 30), [], []), 0],
    "T3: everything waits": [listed(all, namesOf(1, 12), []), 0],
    "T5: each file by itself": [listed(all, [nameOf(6)], [...namesOf(1, 5), ...namesOf(7, 9)]), 8],
    "T6: a slot": [{ liveSlots: known([liveSlotOf(4)]) }, 3],
    "T7: a slot's file": [{ slotFiles: known([slotFileOf({ restartLsn: 3n << 24n })]) }, 2],
    "T11: wal_keep_size": [{ walKeepBytes: known(bytes(10 * 2 ** 24)) }, 2],
    "a standby": [{ walSenders: known([senderOf(6)]) }, 5],
    "a standby asks for no status": [{ role: known("standby"), ...listed(all, [], []) }, 12],
    "archiving is off": [{
      archiving: known({ mode: "off", stored: false }),
      ...listed(all, [], []),
    }, 12],
    "a promoted server believes every .done": [
      listed([...namesOf(1, 10), ...namesOf(11, 13, 2)], [], namesOf(1, 10)),
      10,
    ],
    "a file with both statuses waits": [listed(all, [nameOf(6)], namesOf(1, 11)), 10],
    "what waits is not counted where the server would not ask": [
      {
        archiving: known({ mode: "off", stored: false }),
        ...listed(all, [nameOf(6)], []),
      },
      11,
    ],
    "slots are unknown": [{ liveSlots: LOST }, "SlotsUnknown"],
    "standbys are unknown": [{ walSenders: LOST }, "WalSendersUnknown"],
  };
  for (const [what, [changes, expected]] of Object.entries(cases)) {
    assert.equal(gain(evidenceOf(changes)), expected, what);
  }
});

function reasons(evidence: WalEvidence, changes: Partial<CheckpointRequest> = {}): string {
  return checkpointRefusals(evidence, { ...REQUEST, ...changes })
    .map(({ reason }) => reason).join("+");
}

Deno.test("checkpointRefusals() lets a primary checkpoint that gains and harms nobody", () => {
  assert.equal(reasons(evidenceOf()), "");
  assert.equal(reasons(evidenceOf({ liveSlots: known([liveSlotOf(9)]) })), "");
  assert.equal(reasons(evidenceOf({ walSenders: known([senderOf(13)]) })), "");
  const onSlot = { walSenders: known([senderOf(9, { usesSlot: true })]) };
  assert.equal(reasons(evidenceOf(onSlot)), "", "its slot decides");
  const backup = { walSenders: known([senderOf(1, { state: "backup", sentLsn: undefined })]) };
  assert.equal(reasons(evidenceOf(backup)), "", "a base backup sends files");
});

Deno.test("checkpointRefusals() names what speaks against a checkpoint", () => {
  const cases: Record<string, readonly [Partial<WalEvidence>, string]> = {
    "T3: nothing to gain": [listed(namesOf(1, 13), namesOf(1, 12), []), "CheckpointGainsNothing"],
    "T9: a slot unreserved": [
      { liveSlots: known([liveSlotOf(9, { walStatus: "unreserved" })]) },
      "CheckpointWouldKillSlot",
    ],
    "T9: a slot without safe WAL": [
      { liveSlots: known([liveSlotOf(9, { safeWalBytes: 0n })]) },
      "CheckpointWouldKillSlot",
    ],
    "a slot idle too long": [
      { liveSlots: known([liveSlotOf(9, { idleTimeoutPassed: true })]) },
      "CheckpointWouldKillSlot",
    ],
    "T12: a standby without a slot": [
      { walSenders: known([senderOf(9)]) },
      "CheckpointWouldBreakStandby",
    ],
    "T13: positions hidden": [
      { walSenders: known([senderOf(9, { sentLsn: undefined })]) },
      "WalSendersUnknown+CheckpointGainUnknown",
    ],
    "no position": [{ position: LOST }, "PositionUnknown+CheckpointGainUnknown"],
    "no slots known": [{ liveSlots: LOST }, "SlotsUnknown+CheckpointGainUnknown"],
    "no standbys known": [{ walSenders: LOST }, "WalSendersUnknown+CheckpointGainUnknown"],
    "T20: no pg_control": [{ control: LOST }, "ControlFileUnknown"],
    "another action": [{ actionInFlight: true }, "ActionInFlight"],
    "fenced": [{ operator: known({ backupRunning: false, fenced: true }) }, "InstanceFenced"],
  };
  for (const [what, [changes, expected]] of Object.entries(cases)) {
    assert.equal(reasons(evidenceOf(changes)), expected, what);
  }
  assert.match(reasons(downEvidenceOf()), /^ServerNotUp/);
});

Deno.test("checkpointRefusals() lets a policy accept the loss of slots and standbys, and nothing else", () => {
  const doomed = evidenceOf({ liveSlots: known([liveSlotOf(9, { walStatus: "unreserved" })]) });
  assert.equal(reasons(doomed, { mayKillSlots: true }), "");
  const lagging = evidenceOf({ walSenders: known([senderOf(9)]) });
  assert.equal(reasons(lagging, { mayBreakStandbys: true }), "");
  const demoted = evidenceOf({
    role: known("standby"),
    ...listed(namesOf(1, 13), [nameOf(9)], []),
  });
  const request = { primaryRedo: known(lsn(13n << 24n)), replayLsn: known(NOW) };
  assert.equal(
    reasons(demoted, { ...request, mayKillSlots: true, mayBreakStandbys: true }),
    "StandbyHasUnarchived",
  );
});

Deno.test("checkpointRefusals() forces none in a row", () => {
  const at = (lastForcedAgoMs: number): string =>
    reasons(evidenceOf(), { lastForcedAgoMs: millis(lastForcedAgoMs) });
  assert.equal(at(FORCED_CHECKPOINT_INTERVAL_MS - 1), "CheckpointTooSoon");
  assert.equal(at(FORCED_CHECKPOINT_INTERVAL_MS), "");
});

Deno.test("T26: checkpointRefusals() asks for a checkpoint of the primary before one of a standby", () => {
  const standby = evidenceOf({ role: known("standby") });
  const at = (primaryRedo: bigint, replayLsn: bigint): string =>
    reasons(standby, { primaryRedo: known(lsn(primaryRedo)), replayLsn: known(lsn(replayLsn)) });
  const redo = 0xC000028n;
  assert.equal(at(redo + 2n ** 24n, redo + 2n ** 25n), "", "replayed");
  assert.equal(
    at(redo + 2n ** 25n, redo + 2n ** 24n),
    "RestartpointImpossible",
    "not replayed yet",
  );
  const same = redo + 2n ** 24n;
  assert.equal(at(same, same), "RestartpointImpossible", "its record lies after its REDO");
  assert.equal(at(redo, redo + 2n ** 24n), "RestartpointImpossible", "none since");
  assert.equal(reasons(standby), "RestartpointImpossible+PositionUnknown+CheckpointGainUnknown");
});

Deno.test("T28: checkpointRefusals() forbids a restartpoint on a standby with WAL that waits", () => {
  const request = { primaryRedo: known(lsn(13n << 24n)), replayLsn: known(NOW) };
  const demoted = { role: known("standby" as const), ...listed(namesOf(1, 13), [nameOf(12)], []) };
  assert.equal(reasons(evidenceOf(demoted), request), "StandbyHasUnarchived");
  const archiving = known({ mode: "always", stored: true } as const);
  const done = listed(namesOf(1, 13), [nameOf(12)], namesOf(1, 11));
  assert.equal(reasons(evidenceOf({ ...demoted, ...done, archiving }), request), "");
});

Deno.test("T25: didCheckpointMove() looks at REDO, whatever the command said", () => {
  assert.equal(didCheckpointMove(lsn(5n), lsn(6n)), "moved");
  assert.equal(didCheckpointMove(lsn(5n), lsn(5n)), "unmoved");
  assert.equal(didCheckpointMove(lsn(5n), lsn(4n)), "unmoved");
});
