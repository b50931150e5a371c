import assert from "node:assert/strict";
import { checkpointSegments, nextDistanceEstimate, readSettings, recycleUpTo } from "./settings.ts";

const MIB = 1024 ** 2;
const SEGMENT = 16 * MIB;

Deno.test("readSettings() refuses what no server would start with", () => {
  for (
    const settings of [
      { walSegmentBytes: 0 },
      { maxWalBytes: SEGMENT },
      { checkpointTimeoutMs: 0 },
    ]
  ) {
    assert.throws(() => readSettings(settings), RangeError);
  }
});

Deno.test("checkpointSegments() lets two checkpoints fit max_wal_size", () => {
  assert.equal(checkpointSegments(readSettings()), 33);
  assert.equal(checkpointSegments(readSettings({ checkpointCompletionTarget: 0.5 })), 42);
  assert.equal(checkpointSegments(readSettings({ maxWalBytes: 2 * SEGMENT })), 1);
});

Deno.test("nextDistanceEstimate() takes a peak at once and forgets it slowly", () => {
  assert.equal(nextDistanceEstimate(100, 500), 500);
  assert.equal(nextDistanceEstimate(500, 100), 460);
});

Deno.test("recycleUpTo() stays between min_wal_size and max_wal_size", () => {
  const settings = readSettings();
  const redo = 100 * SEGMENT;
  assert.equal(recycleUpTo(settings, redo, 0), 100 + 5 - 1);
  assert.equal(recycleUpTo(settings, redo, 10 * SEGMENT), 100 + Math.ceil(1.9 * 1.1 * 10));
  assert.equal(recycleUpTo(settings, redo, 1000 * SEGMENT), 100 + 64 - 1);
});
