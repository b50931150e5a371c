import assert from "node:assert/strict";
import type { Event } from "../../lib/event/event.ts";
import { expansionEvent, failureEvent, NOW_MS, volume } from "../../lib/testing/builders.ts";
import { createSharedBreakers, type SharedBreakers } from "./shared_breakers.ts";

const ORDERS = { namespace: "shop", name: "orders" };
const STOCK = { namespace: "shop", name: "stock" };
const FAILURE = failureEvent(volume(), NOW_MS);

interface Rig {
  readonly breakers: SharedBreakers;
  readonly events: Map<string, readonly Event[]>;
  keys: readonly string[];
  /** How often events were read since the last call. */
  reads(): number;
}

function start(): Rig {
  let reads = 0;
  const rig: Rig = {
    breakers: createSharedBreakers({
      sharing: () => rig.keys,
      events(key): readonly Event[] {
        reads++;
        return rig.events.get(key) ?? [];
      },
    }),
    events: new Map(),
    keys: ["shop/orders", "shop/stock"],
    reads: () => [reads, reads = 0][0] ?? 0,
  };
  return rig;
}

Deno.test("failuresOf() counts once for all clusters that share a breaker", () => {
  const rig = start();
  rig.events.set("shop/stock", [FAILURE]);
  for (const cluster of [ORDERS, STOCK, ORDERS]) {
    assert.equal(rig.breakers.failuresOf(cluster)?.count, 1);
  }
  assert.equal(rig.reads(), 2);
});

Deno.test("failuresOf() counts anew when an event came or went, and when others share the breaker", () => {
  const rig = start();
  assert.equal(rig.breakers.failuresOf(ORDERS)?.count, 0);
  rig.events.set("shop/stock", [FAILURE]);
  rig.breakers.forget(STOCK);
  assert.equal(rig.breakers.failuresOf(ORDERS)?.count, 1);
  rig.keys = ["shop/orders"];
  assert.equal(rig.breakers.failuresOf(ORDERS)?.count, 0);
});

Deno.test("recount() tells all clusters when the count is another one, and nobody when it is not", () => {
  const rig = start();
  rig.breakers.failuresOf(ORDERS);
  rig.events.set("shop/stock", [expansionEvent([])]);
  assert.deepEqual(rig.breakers.recount(STOCK), []);
  rig.events.set("shop/stock", [FAILURE]);
  assert.deepEqual(rig.breakers.recount(STOCK), rig.keys);
  assert.equal(rig.breakers.failuresOf(ORDERS)?.count, 1);
  assert.deepEqual(rig.breakers.recount(STOCK), []);
});

Deno.test("failuresOf() gives every cluster its turn, and all of them the try that was begun", () => {
  const rig = start();
  rig.events.set("shop/stock", [FAILURE]);
  assert.deepEqual(
    [ORDERS, STOCK].map((cluster) => rig.breakers.failuresOf(cluster)?.turn),
    [0, 1],
  );
  const begun = expansionEvent([], { uid: "probe", createdAtMs: NOW_MS });
  rig.events.set("shop/orders", [begun]);
  assert.deepEqual(rig.breakers.recount(ORDERS), rig.keys);
  assert.equal(rig.breakers.failuresOf(STOCK)?.probe?.eventUid, "probe");
  rig.events.set("shop/orders", []);
  assert.deepEqual(rig.breakers.recount(ORDERS), rig.keys);
  assert.equal(rig.breakers.failuresOf(STOCK)?.probe, undefined);
});

Deno.test("recount() tells all clusters of a count that was not known before", () => {
  const rig = start();
  assert.deepEqual(rig.breakers.recount(STOCK), rig.keys);
});

Deno.test("a cluster with a breaker of its own shares no count", () => {
  const rig = start();
  rig.keys = [];
  assert.equal(rig.breakers.failuresOf(ORDERS), undefined);
  assert.deepEqual(rig.breakers.recount(ORDERS), []);
  assert.equal(rig.reads(), 0);
});
