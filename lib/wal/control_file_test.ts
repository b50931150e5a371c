import assert from "node:assert/strict";
import fc from "fast-check";

import { type ControlFile, readControlFile } from "./control_file.ts";
import { crc32c } from "./crc32c.ts";
import { anySegmentSize } from "./testing/arbitraries.ts";
import { controlFileBytes, HEALTHY_CONTROL } from "./testing/control_file_bytes.ts";

const MAJORS = [13, 14, 15, 16, 17, 18] as const;

function value(content: Uint8Array): ControlFile {
  const reading = readControlFile(content);
  assert.ok(reading.kind === "known");
  return reading.value;
}

function reasonOf(content: Uint8Array): string {
  const reading = readControlFile(content);
  return reading.kind === "refused" ? reading.refusal.reason : "believed";
}

for (const major of MAJORS) {
  Deno.test(`readControlFile() reads what PostgreSQL ${major} writes`, () => {
    const read = value(controlFileBytes({ major, state: 5, minRecoveryPoint: 77n }));
    assert.deepEqual(read, {
      systemIdentifier: 7_300_000_000_000_000_123n,
      version: major < 17 ? 1300 : major * 100,
      majors: major < 17 ? [13, 14, 15, 16] : [major],
      catalogVersion: 202_307_071,
      state: "in archive recovery",
      writtenAtMs: 1_764_153_000_000,
      checkpoint: 0xC0008F0n,
      redo: 0xC000028n,
      timeline: 1,
      previousTimeline: 1,
      checkpointAtMs: 1_764_152_900_000,
      minRecoveryPoint: 77n,
      minRecoveryTimeline: 0,
      backupStartPoint: 0n,
      backupEndPoint: 0n,
      backupEndRequired: false,
      walLevel: "logical",
      segmentSize: 2 ** 24,
      dataChecksums: true,
    });
  });
}

Deno.test("readControlFile() reads back every value of every major", () => {
  const position = fc.bigInt({ min: 1n, max: 2n ** 63n });
  const fields = fc.record({
    major: fc.constantFrom(...MAJORS),
    systemIdentifier: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    timeline: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    redo: position,
    minRecoveryPoint: position,
    backupStartPoint: position,
    backupEndRequired: fc.boolean(),
    walLevel: fc.integer({ min: 0, max: 2 }),
    segmentSize: anySegmentSize,
  });
  fc.assert(fc.property(fields, (changes) => {
    const read = value(controlFileBytes({ ...changes, checkpoint: changes.redo + 100n }));
    for (const key of ["systemIdentifier", "timeline", "redo", "segmentSize"] as const) {
      assert.equal(read[key], changes[key], key);
    }
    for (const key of ["minRecoveryPoint", "backupStartPoint", "backupEndRequired"] as const) {
      assert.equal(read[key], changes[key], key);
    }
    assert.equal(read.walLevel, ["minimal", "replica", "logical"][changes.walLevel]);
  }));
});

Deno.test("T20: readControlFile() refuses what it must not believe", () => {
  const cut = controlFileBytes().subarray(0, 300);
  const cases: readonly [string, Uint8Array, string][] = [
    ["an empty file", new Uint8Array(0), "ControlFileTruncated"],
    ["a file of the struct's size alone", cut, "ControlFileTruncated"],
    ["a file that is too long", new Uint8Array(8193), "ControlFileTruncated"],
    ["zeros", new Uint8Array(8192), "ControlFileVersionUnknown"],
    ["PostgreSQL 12", resealed({ offset: 8, value: 1201 }), "ControlFileVersionUnknown"],
    [
      "the other byte order",
      resealed({ offset: 8, value: 0x14050000 }),
      "ControlFileVersionUnknown",
    ],
    ["an unknown state", controlFileBytes({ state: 7 }), "ControlFileContentUnknown"],
    ["a negative state", controlFileBytes({ state: -1 }), "ControlFileContentUnknown"],
    ["an unknown wal_level", controlFileBytes({ walLevel: 3 }), "ControlFileContentUnknown"],
    [
      "a segment size of 0 (W14)",
      controlFileBytes({ segmentSize: 0 }),
      "ControlFileContentUnknown",
    ],
    ["3 MiB", controlFileBytes({ segmentSize: 3 * 2 ** 20 }), "ControlFileContentUnknown"],
    ["no REDO", controlFileBytes({ redo: 0n }), "ControlFileContentUnknown"],
    [
      "a REDO after its checkpoint",
      controlFileBytes({ redo: HEALTHY_CONTROL.checkpoint + 1n }),
      "ControlFileContentUnknown",
    ],
    ["timeline 0", controlFileBytes({ timeline: 0 }), "ControlFileContentUnknown"],
    ["a 32-bit machine", controlFileBytes({ maxAlign: 4 }), "ControlFileContentUnknown"],
    ["other floats", controlFileBytes({ floatFormat: 1 }), "ControlFileContentUnknown"],
  ];
  for (const [what, content, reason] of cases) assert.equal(reasonOf(content), reason, what);
});

Deno.test("T20: readControlFile() notices every damaged bit of every major", () => {
  const damage = fc.record({
    major: fc.constantFrom(...MAJORS),
    offset: fc.integer({ min: 0, max: 287 }),
    bit: fc.integer({ min: 0, max: 7 }),
  });
  fc.assert(
    fc.property(damage, ({ major, offset, bit }) => {
      const content = controlFileBytes({ major });
      content[offset] = (content[offset] ?? 0) ^ (1 << bit);
      assert.notEqual(reasonOf(content), "believed");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("readControlFile() never throws, whatever the bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9000 }), (content) => {
    assert.equal(readControlFile(content).kind, "refused");
  }));
});

/** A file with one number replaced and a checksum that fits. */
function resealed({ offset, value }: { offset: number; value: number }): Uint8Array {
  const content = controlFileBytes();
  const view = new DataView(content.buffer);
  view.setUint32(offset, value, true);
  view.setUint32(288, crc32c(content.subarray(0, 288)), true);
  return content;
}
