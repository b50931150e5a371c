import assert from "node:assert/strict";
import { bytes } from "../../lib/units/bytes.ts";
import { createCapacityChanges } from "./capacity_changes.ts";

Deno.test("see() notes a change, and neither the first sight nor a repetition", () => {
  const changes = createCapacityChanges();
  changes.see("claim", undefined, 0);
  changes.see("claim", bytes(10), 1);
  changes.see("claim", bytes(10), 2);
  assert.equal(changes.last("claim"), undefined);
  changes.see("claim", bytes(20), 3);
  changes.see("claim", bytes(20), 4);
  changes.see("claim", undefined, 5);
  assert.deepEqual(changes.last("claim"), { fromBytes: 10, seenAtMs: 3 });
  changes.see("claim", bytes(30), 6);
  assert.deepEqual(changes.last("claim"), { fromBytes: 20, seenAtMs: 6 });
});

Deno.test("forget() begins anew", () => {
  const changes = createCapacityChanges();
  changes.see("claim", bytes(10), 1);
  changes.forget("claim");
  changes.see("claim", bytes(20), 2);
  assert.equal(changes.last("claim"), undefined);
});
