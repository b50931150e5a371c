import assert from "node:assert/strict";
import { createBusyTimes } from "./busy_times.ts";

Deno.test("since() tells when a cluster became busy, not when it was last seen so", () => {
  const times = createBusyTimes();
  assert.equal(times.since("orders"), undefined);
  times.see("orders", true, 10);
  times.see("orders", true, 20);
  times.see("stock", true, 30);
  assert.deepEqual([times.since("orders"), times.since("stock")], [10, 30]);
});

Deno.test("since() begins anew after CNPG has rested, and with another cluster", () => {
  const times = createBusyTimes();
  times.see("orders", true, 10);
  times.see("orders", false, 20);
  assert.equal(times.since("orders"), undefined);
  times.see("orders", true, 30);
  assert.equal(times.since("orders"), 30);
  times.forget("orders");
  assert.equal(times.since("orders"), undefined);
});
