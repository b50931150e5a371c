import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes } from "../../lib/units/bytes.ts";
import { type HourSample, lastSample, packSamples, unpackSamples } from "./packed_hour.ts";

const sample = fc.record(
  {
    second: fc.integer({ min: 0, max: 3_599 }),
    usedBytes: fc.oneof(fc.maxSafeNat(), fc.nat()).map(bytes),
    basis: fc.constantFrom("blocks" as const, "blocks-and-wal" as const),
  },
  { noNullPrototype: true },
);

/** An hour of a volume that writes, shrinks now and then, and is looked at every 30 s. */
function busyHour(): HourSample[] {
  return Array.from({ length: 120 }, (_, index) => ({
    second: index * 30,
    usedBytes: bytes(50 * 2 ** 30 + index * 3_000_000 - (index % 9) * 4_096),
    basis: "blocks-and-wal",
  }));
}

Deno.test("unpackSamples() gives back what packSamples() packed, whatever came in pieces", () => {
  fc.assert(fc.property(fc.array(sample), fc.array(sample), (first, second) => {
    const packed = [...packSamples(first), ...packSamples(second, first.at(-1))];
    assert.deepEqual(unpackSamples(Uint8Array.from(packed)), [...first, ...second]);
  }));
});

Deno.test("lastSample() is the last that unpackSamples() gives, also of a damaged hour", () => {
  fc.assert(fc.property(fc.array(sample), fc.nat(), (samples, cut) => {
    const packed = packSamples(samples);
    const damaged = packed.subarray(0, cut % (packed.length + 1));
    assert.deepEqual(lastSample(damaged), unpackSamples(damaged).at(-1));
  }));
});

Deno.test("unpackSamples() makes of any bytes samples that can be, and never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (packed) => {
    for (const { second, usedBytes } of unpackSamples(packed)) {
      assert.ok(second >= 0 && second < 3_600);
      assert.ok(Number.isSafeInteger(usedBytes) && usedBytes >= 0);
    }
  }));
});

Deno.test("unpackSamples() gives what stands before a damaged end", () => {
  const samples = busyHour();
  const packed = packSamples(samples);
  assert.deepEqual(unpackSamples(packed.subarray(0, -1)), samples.slice(0, -1));
  assert.deepEqual(unpackSamples(new Uint8Array(20).fill(255)), []);
});

Deno.test("packSamples() needs about six bytes for a sample of a busy volume", () => {
  const { length } = packSamples(busyHour());
  assert.ok(length <= 6.1 * 120, `${length} bytes`);
});
