import assert from "node:assert/strict";
import { createPacing, RETRY_MS_MAX } from "./pacing.ts";

const INTERVAL_MS = 30_000;

Deno.test("isDue() waits longer after each failure, up to a limit", () => {
  const pacing = createPacing(INTERVAL_MS);
  let nowMs = 0;
  const waits = Array.from({ length: 8 }, () => {
    pacing.failed("node-1", nowMs);
    const failedMs = nowMs;
    while (!pacing.isDue("node-1", nowMs)) nowMs += INTERVAL_MS;
    return (nowMs - failedMs) / INTERVAL_MS;
  });
  assert.deepEqual(waits, [1, 2, 4, 8, 10, 10, 10, 10]);
  assert.equal(RETRY_MS_MAX / INTERVAL_MS, 10);
  assert.equal(pacing.failures("node-1"), 8);
});

Deno.test("isDue() forgives at the first success, and knows each by its name", () => {
  const pacing = createPacing(INTERVAL_MS);
  pacing.failed("node-1", 0);
  assert.equal(pacing.isDue("node-2", 0), true);
  assert.equal(pacing.isDue("node-1", 0), false);
  pacing.succeeded("node-1");
  assert.deepEqual([pacing.isDue("node-1", 0), pacing.failures("node-1")], [true, 0]);
});

Deno.test("keepOnly() forgets who is not asked any more", () => {
  const pacing = createPacing(INTERVAL_MS);
  for (const name of ["node-1", "node-2"]) pacing.failed(name, 0);
  pacing.keepOnly(new Set(["node-2"]));
  assert.deepEqual([pacing.failures("node-1"), pacing.failures("node-2")], [0, 1]);
});
