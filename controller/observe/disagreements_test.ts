import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import type { Known, Source } from "../../lib/view/observation.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";
import { createDisagreements } from "./disagreements.ts";

const MINUTE_MS = 60_000;
const CLAIM = "claim-uid";

function known(
  source: Source,
  usedGibibytes: number,
  deviceGibibytes = 100,
): Known<FileSystemSample> {
  const value = {
    totalBytes: bytes(deviceGibibytes * GIBIBYTE),
    usedBytes: bytes(Math.round(usedGibibytes * GIBIBYTE)),
    availableBytes: bytes(Math.round((deviceGibibytes - usedGibibytes) * GIBIBYTE)),
    deviceBytes: bytes(deviceGibibytes * GIBIBYTE),
  };
  return { kind: "known", source, value, observedAtMs: millis(0) };
}

type Minute = readonly [agent: Known<FileSystemSample>, kubelet: Known<FileSystemSample>];

/** Whether a dispute is told, minute by minute. */
function disputes(minutes: readonly Minute[]): boolean[] {
  const disagreements = createDisagreements();
  return minutes.map(([agent, kubelet], minute) =>
    disagreements.compare(CLAIM, agent, [kubelet], minute * MINUTE_MS) === kubelet
  );
}

function repeated(count: number, minute: Minute): Minute[] {
  return Array.from({ length: count }, () => minute);
}

const SAME: Minute = [known("agent", 50), known("kubelet", 50)];
const SMALLER: Minute = [known("agent", 50), known("kubelet", 50, 90)];

Deno.test("compare() tells of another size after three minutes, and takes it back after three", () => {
  const told = disputes([...repeated(3, SMALLER), ...repeated(4, SAME)]);
  assert.deepEqual(told, [false, false, true, true, true, false, false]);
});

Deno.test("compare() tells nothing of what comes and goes", () => {
  const minutes = Array.from({ length: 20 }, (_, minute) => minute % 3 === 0 ? SAME : SMALLER);
  assert.ok(disputes(minutes).every((told) => !told));
});

Deno.test("compare() does not count twice what it is asked twice", () => {
  const disagreements = createDisagreements();
  const [agent, kubelet] = SMALLER;
  for (let call = 0; call < 100; call++) {
    assert.equal(disagreements.compare(CLAIM, agent, [kubelet], call * 1_000), undefined);
  }
});

Deno.test("compare() tells of another use once it knows what the volume held meanwhile", () => {
  const told = disputes(repeated(8, [known("agent", 50), known("kubelet", 44)]));
  assert.deepEqual(told, [false, false, false, false, false, false, true, true]);
});

const TOLERATED: readonly [string, Minute][] = [
  ["reserved blocks", [known("agent", 50), known("kubelet", 50, 95)]],
  ["a little", [known("agent", 50), known("kubelet", 54.9)]],
  ["less than a gibibyte of a small volume", [known("agent", 2, 5), known("kubelet", 2.9, 5)]],
];

for (const [sentence, minute] of TOLERATED) {
  Deno.test(`compare() tolerates ${sentence}`, () => {
    assert.ok(disputes(repeated(15, minute)).every((told) => !told));
  });
}

Deno.test("compare() tells nothing of two sources that see one volume at different moments", () => {
  const teeth = fc.record({
    baseGibibytes: fc.integer({ min: 0, max: 40 }),
    heightGibibytes: fc.integer({ min: 0, max: 50 }),
    periodMinutes: fc.integer({ min: 1, max: 6 }),
    lagMinutes: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(fc.property(teeth, ({ baseGibibytes, heightGibibytes, periodMinutes, lagMinutes }) => {
    function used(minute: number): number {
      const phase = (minute + 1_000 * periodMinutes) % periodMinutes;
      return baseGibibytes + heightGibibytes * phase / periodMinutes;
    }
    const minutes = Array.from({ length: 30 }, (_, minute): Minute => [
      known("agent", used(minute)),
      known("kubelet", used(minute - lagMinutes)),
    ]);
    assert.ok(disputes(minutes).every((told) => !told));
  }));
});

Deno.test("compare() begins anew when a source falls silent, and forgets a claim that is gone", () => {
  const disagreements = createDisagreements();
  const [agent, kubelet] = SMALLER;
  function compareFrom(startMs: number): boolean {
    return [0, 1, 2].map((minute) =>
      disagreements.compare(CLAIM, agent, [kubelet], startMs + minute * MINUTE_MS)
    ).at(-1) === kubelet;
  }
  assert.ok(compareFrom(0));
  assert.equal(disagreements.compare(CLAIM, agent, undefined, 3 * MINUTE_MS), undefined);
  assert.equal(disagreements.compare(CLAIM, agent, [kubelet], 4 * MINUTE_MS), undefined);
  assert.ok(compareFrom(5 * MINUTE_MS));
  disagreements.forget(CLAIM);
  assert.equal(disagreements.compare(CLAIM, agent, [kubelet], 8 * MINUTE_MS), undefined);
});
