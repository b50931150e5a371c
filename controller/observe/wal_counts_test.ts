import assert from "node:assert/strict";
import { bytes } from "../../lib/units/bytes.ts";
import { createWalCounts } from "./wal_counts.ts";

const DIRECTORY = { files: 3, sizeBytes: bytes(48) };

Deno.test("since() gives the last count of a pod that is no older than asked for", () => {
  const counts = createWalCounts();
  counts.put("pod-a", { files: 1, sizeBytes: bytes(16) }, 5);
  counts.put("pod-a", DIRECTORY, 10);
  assert.equal(counts.since("pod-a", 10), DIRECTORY);
  assert.equal(counts.since("pod-a", 11), undefined);
  assert.equal(counts.since("pod-b", 0), undefined);
});

Deno.test("forget() drops the count of a pod", () => {
  const counts = createWalCounts();
  counts.put("pod-a", DIRECTORY, 10);
  counts.forget("pod-a");
  assert.equal(counts.since("pod-a", 0), undefined);
});
