import assert from "node:assert/strict";
import { writtenSamples } from "./written_samples.ts";

Deno.test("writtenSamples() brings the samples of each claim together, in their order", () => {
  assert.deepEqual(writtenSamples([["a", 1, 10, true], ["b", 2, 20, false], ["a", 3, 30, false]]), {
    claimUids: ["a", "b"],
    counts: Uint32Array.of(2, 1),
    takenAtMs: Float64Array.of(1, 3, 2),
    usedBytes: Float64Array.of(10, 30, 20),
    withWal: Uint8Array.of(1, 0, 0),
  });
});
