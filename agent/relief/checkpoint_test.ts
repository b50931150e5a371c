import assert from "node:assert/strict";

import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import type { CheckpointRequest } from "../../lib/wal/checkpoint.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { known, unknown } from "../../lib/wal/fact.ts";
import { lsn } from "../../lib/wal/lsn.ts";
import {
  controlOf,
  evidenceOf,
  listingOf,
  namesOf,
  statusesOf,
} from "../../lib/wal/testing/evidence.ts";
import { CHECKPOINT_LIMIT_MS, type CheckpointHands, forceCheckpoint } from "./checkpoint.ts";

const REQUEST: CheckpointRequest = {
  primaryRedo: unknown("not asked"),
  replayLsn: unknown("not asked"),
  mayKillSlots: false,
  mayBreakStandbys: false,
};
const NEVER = new AbortController().signal;
const BEFORE = evidenceOf();
const AFTER = evidenceOf({
  control: controlOf({ redo: 13n * 2n ** 24n + 0x28n, checkpoint: 13n * 2n ** 24n + 0x60n }),
});

interface Script {
  readonly looks: readonly WalEvidence[];
  readonly run?: (() => Promise<void>) | undefined;
}

function handsOf({ looks, run }: Script): CheckpointHands & { orders: number } {
  const left = [...looks];
  const hands = {
    orders: 0,
    clock: createFakeClock(),
    look: (): Promise<WalEvidence> => {
      const next = left.shift();
      return next === undefined ? Promise.reject(new Error("blind")) : Promise.resolve(next);
    },
    runCheckpoint: (): Promise<void> => {
      hands.orders += 1;
      return run?.() ?? Promise.resolve();
    },
  };
  return hands;
}

Deno.test("forceCheckpoint() says that REDO moved", async () => {
  const result = await forceCheckpoint(handsOf({ looks: [BEFORE, AFTER] }), REQUEST, NEVER);
  assert.equal(result.kind, "moved");
});

Deno.test("T25: forceCheckpoint() believes pg_control and not the server's error", async () => {
  const run = (): Promise<void> => Promise.reject(new Error("checkpoint request failed"));
  const result = await forceCheckpoint(handsOf({ looks: [BEFORE, AFTER], run }), REQUEST, NEVER);
  assert.ok(result.kind === "moved");
  assert.match(result.error ?? "", /checkpoint request failed/);
});

Deno.test("T26: forceCheckpoint() says that nothing moved", async () => {
  const result = await forceCheckpoint(handsOf({ looks: [BEFORE, BEFORE] }), REQUEST, NEVER);
  assert.equal(result.kind, "unmoved");
});

Deno.test("T28: forceCheckpoint() orders none on a standby with a .ready", async () => {
  const listing = known(listingOf(namesOf(1, 13), statusesOf(namesOf(11, 11), "ready")));
  const hands = handsOf({ looks: [evidenceOf({ role: known("standby"), listing }), AFTER] });
  const replayed = {
    primaryRedo: known(lsn(13n * 2n ** 24n)),
    replayLsn: known(lsn(14n * 2n ** 24n)),
  };
  const result = await forceCheckpoint(hands, { ...REQUEST, ...replayed }, NEVER);
  assert.ok(result.kind === "refused");
  assert.ok(result.refusals.some(({ reason }) => reason === "StandbyHasUnarchived"));
  assert.equal(hands.orders, 0);
});

Deno.test("T3: forceCheckpoint() orders none that would gain nothing", async () => {
  const listing = known(listingOf(namesOf(1, 13), statusesOf(namesOf(1, 12), "ready")));
  const hands = handsOf({ looks: [evidenceOf({ listing })] });
  const result = await forceCheckpoint(hands, REQUEST, NEVER);
  assert.ok(result.kind === "refused");
  assert.deepEqual(result.refusals.map(({ reason }) => reason), ["CheckpointGainsNothing"]);
  assert.equal(hands.orders, 0);
});

Deno.test("forceCheckpoint() waits no longer than its limit", async () => {
  const run = (): Promise<void> => new Promise(() => {});
  const clock = createFakeClock();
  const hands = { ...handsOf({ looks: [BEFORE, BEFORE], run }), clock };
  const pending = forceCheckpoint(hands, REQUEST, NEVER);
  await clock.advance(CHECKPOINT_LIMIT_MS);
  const result = await pending;
  assert.ok(result.kind === "unmoved");
  assert.match(result.error ?? "", /expected an answer within 10 min/);
});

Deno.test("forceCheckpoint() refuses blindly and says when it went blind", async () => {
  const none = await forceCheckpoint(handsOf({ looks: [] }), REQUEST, NEVER);
  assert.equal(none.kind, "refused");
  const once = await forceCheckpoint(handsOf({ looks: [BEFORE] }), REQUEST, NEVER);
  assert.equal(once.kind, "unknown");
  const damaged = evidenceOf({ control: unknown("torn") });
  const unread = await forceCheckpoint(handsOf({ looks: [BEFORE, damaged] }), REQUEST, NEVER);
  assert.equal(unread.kind, "unknown");
});
