import assert from "node:assert/strict";
import fc from "fast-check";

import { isTransientSlotDirectory, readSlotState } from "./slot_state.ts";
import { sealSlotState, slotStateBytes } from "./testing/slot_state_bytes.ts";

const NAME = "_cnpg_orders_2";
const MAJORS = [13, 14, 15, 16, 17, 18] as const;

for (const major of MAJORS) {
  Deno.test(`readSlotState() reads what PostgreSQL ${major} writes`, () => {
    assert.deepEqual(readSlotState(NAME, slotStateBytes({ major })), {
      kind: "known",
      value: {
        name: NAME,
        type: "physical",
        persistency: "persistent",
        restartLsn: 0x9000000n,
        invalidated: false,
      },
    });
    const lost = slotStateBytes({ major, restartLsn: 0n, invalidation: 1n, database: 5 });
    assert.deepEqual(readSlotState(NAME, lost), {
      kind: "known",
      value: {
        name: NAME,
        type: "logical",
        persistency: "persistent",
        restartLsn: undefined,
        invalidated: true,
      },
    });
  });
}

Deno.test("T10: readSlotState() knows an idle slot of PostgreSQL 18 as invalidated, position or not", () => {
  const reading = readSlotState(NAME, slotStateBytes({ major: 18, invalidation: 8n }));
  assert.ok(reading.kind === "known" && reading.value.invalidated);
});

Deno.test("readSlotState() takes a slot of PostgreSQL 15 that has a position for one that holds WAL", () => {
  const reading = readSlotState(NAME, slotStateBytes({ major: 15, invalidation: 0x500n }));
  assert.ok(reading.kind === "known" && !reading.value.invalidated);
});

Deno.test("readSlotState() refuses what it must not believe", () => {
  const change = (offset: number, value: number): Uint8Array => {
    const content = slotStateBytes();
    new DataView(content.buffer).setUint32(offset, value, true);
    return sealSlotState(content);
  };
  const cases: Record<string, Uint8Array> = {
    "an empty file": new Uint8Array(0),
    "a prefix alone": slotStateBytes().subarray(0, 16),
    "a short file": slotStateBytes().subarray(0, 199),
    "a long file": new Uint8Array([...slotStateBytes(), 0]),
    "another magic": change(0, 0x1051CA2),
    "version 1": change(8, 1),
    "version 4": change(8, 4),
    "version 6": change(8, 6),
    "another length": change(12, 176),
    "an unknown persistency": change(84, 3),
    "an unknown cause": change(104, 5),
    "a cause beyond all": change(104, 16),
    "another slot's file": slotStateBytes({ name: "other" }),
  };
  for (const [what, content] of Object.entries(cases)) {
    const reading = readSlotState(NAME, content);
    assert.ok(reading.kind === "refused", what);
    assert.equal(reading.refusal.reason, "SlotFileUnreadable");
    assert.ok(reading.refusal.message.includes(NAME));
  }
});

Deno.test("readSlotState() notices every damaged bit", () => {
  const damage = fc.record({
    major: fc.constantFrom(...MAJORS),
    offset: fc.integer({ min: 0, max: 183 }),
    bit: fc.integer({ min: 0, max: 7 }),
  });
  fc.assert(
    fc.property(damage, ({ major, offset, bit }) => {
      const content = slotStateBytes({ major });
      content[offset] = (content[offset] ?? 0) ^ (1 << bit);
      assert.equal(readSlotState(NAME, content).kind, "refused");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("isTransientSlotDirectory() knows slots in the making", () => {
  assert.ok(isTransientSlotDirectory(`${NAME}.tmp`));
  assert.ok(!isTransientSlotDirectory(NAME));
});
