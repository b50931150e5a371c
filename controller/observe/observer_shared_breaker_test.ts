import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { settle } from "../../kube/testing/fake_clock.ts";
import type { EventStatus } from "../../lib/event/event.ts";
import { storageEventObject, storageEventStatus } from "../../lib/event/storage_event.ts";
import { expansionEvent, failureEvent, NOW_MS, volume } from "../../lib/testing/builders.ts";
import { clusterObject, policyObject } from "../testing/builders.ts";
import { CLUSTERS, STORAGE_EVENTS, STORAGE_POLICIES } from "./resources.ts";
import { KEY, startRig } from "./testing/observer_rig.ts";

/** An event of the cluster `stock`, as the API server gives it. */
function eventOfStock(status: EventStatus, resourceVersion: string): JsonObject {
  const cluster = { namespace: "shop", name: "stock", uid: "stock-uid" };
  const { metadata, ...object } = storageEventObject(expansionEvent([]), { cluster, name: "e" });
  return {
    ...object,
    metadata: {
      ...metadata,
      uid: "e-uid",
      resourceVersion,
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
    status: storageEventStatus(status, [], NOW_MS),
  };
}

Deno.test("view() counts what the clusters of a policy with one breaker fail at together", async () => {
  await using rig = await startRig();
  const { status } = failureEvent(volume({ instance: "stock-1" }), NOW_MS);
  rig.api.put(CLUSTERS, clusterObject({ name: "stock", uid: "stock-uid" }));
  rig.api.put(STORAGE_POLICIES, policyObject());
  rig.api.put(STORAGE_EVENTS, eventOfStock(expansionEvent([]).status, "1"));
  await settle();
  assert.equal(rig.view().sharedFailures, undefined);

  const spec = { circuitBreaker: { scope: "global" } };
  rig.api.put(STORAGE_POLICIES, policyObject({ generation: 2, spec }));
  await settle();
  assert.deepEqual(rig.view().sharedFailures, { count: 0 });
  rig.dirty();

  const begun = expansionEvent([], { status: { phase: "InProgress" } });
  rig.api.put(STORAGE_EVENTS, eventOfStock(begun.status, "2"));
  await settle();
  assert.deepEqual(rig.dirty(), ["shop/stock"]);

  rig.api.put(STORAGE_EVENTS, eventOfStock(status, "3"));
  await settle();
  assert.deepEqual([...rig.dirty()].sort(), [KEY, "shop/stock"]);
  const { count, lastAtMs, turn } = rig.view().sharedFailures ?? {};
  assert.deepEqual([count, lastAtMs, turn], [1, NOW_MS, 0]);

  rig.api.remove(STORAGE_EVENTS, "shop", "e");
  await settle();
  assert.deepEqual(rig.view().sharedFailures, { count: 0 });
});

Deno.test("view() counts nothing of a cluster that the policy does not govern", async () => {
  await using rig = await startRig();
  const { status } = failureEvent(volume({ instance: "stock-1" }), NOW_MS);
  rig.api.put(CLUSTERS, clusterObject({ name: "stock", uid: "stock-uid" }));
  const spec = { circuitBreaker: { scope: "global" }, excludeClusters: [{ name: "stock" }] };
  rig.api.put(STORAGE_POLICIES, policyObject({ spec }));
  rig.api.put(STORAGE_EVENTS, eventOfStock(expansionEvent([]).status, "1"));
  await settle();
  rig.dirty();
  rig.api.put(STORAGE_EVENTS, eventOfStock(status, "2"));
  await settle();
  assert.deepEqual(rig.dirty(), ["shop/stock"]);
  assert.deepEqual(rig.view().sharedFailures, { count: 0 });
});
