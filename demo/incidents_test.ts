import assert from "node:assert/strict";

import { castIncidents, INCIDENTS } from "./incidents.ts";

function names(count?: number): string[] {
  return castIncidents(count).map(({ namespace, name }) => `${namespace}/${name}`);
}

Deno.test("castIncidents() gives one cluster for each incident", () => {
  assert.deepEqual(castIncidents(), INCIDENTS);
});

Deno.test("castIncidents() gives repetitions names of their own", () => {
  const found = names(INCIDENTS.length * 3 + 1);
  assert.equal(found.length, INCIDENTS.length * 3 + 1);
  assert.equal(new Set(found).size, found.length);
  assert.equal(found.includes("shop/orders-2"), true);
  assert.equal(found.includes("shop/orders-4"), true);
});

Deno.test("castIncidents() gives fewer than there are", () => {
  assert.deepEqual(names(2), ["shop/orders", "billing/payments"]);
});
