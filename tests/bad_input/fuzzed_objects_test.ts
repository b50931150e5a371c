/**
 * Any part of any object may be of any shape: the controller looks on, and says nothing of failed work.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { createControllerWorld } from "../../controller/reconcile/testing/controller_world.ts";
import { CLUSTERS, STORAGE_EVENTS, STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import {
  claimObject,
  clusterObject,
  podObject,
  policyObject,
  storageClassObject,
} from "../../controller/testing/builders.ts";
import type { JsonObject, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../kube/resources.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";

const INSTANCES = ["orders-1", "orders-2"];

const EVENT: JsonObject = {
  apiVersion: "cnpg.supporttools.io/v1alpha1",
  kind: "StorageEvent",
  metadata: { namespace: "shop", name: "orders-expansion-20260101-000000" },
  spec: {
    clusterRef: { name: "orders", namespace: "shop" },
    eventType: "expansion",
    trigger: "threshold-breach",
    reason: "AboveExpansion",
    message: "no",
    expansion: { role: "data", requestedSize: "15Gi" },
  },
  status: { phase: "InProgress" },
};

const OBJECTS: readonly (readonly [Resource, () => JsonObject])[] = [
  [CLUSTERS, () => clusterObject({ instanceNames: INSTANCES })],
  [POD, () => podObject({ instance: "orders-1", uid: "orders-1-uid" })],
  [PERSISTENT_VOLUME_CLAIM, () => claimObject({ instance: "orders-1" })],
  [STORAGE_CLASS, () => storageClassObject()],
  [STORAGE_POLICIES, () => policyObject({ spec: { selector: {}, thresholds: { warning: 50 } } })],
  [STORAGE_EVENTS, () => EVENT],
];

/** What must stay: the server itself sees to it. */
const KEPT = ["apiVersion", "kind", "name", "namespace", "uid", "resourceVersion"];

const junk = fc.oneof(
  fc.constantFrom(null, "", "-1", "1e99", "9".repeat(40), "\u0000", true, -1, 0.5, 1e300),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Puts junk in the place of the n-th value, counted from the object's own fields on. */
function spoil(object: JsonObject, place: number, value: unknown): JsonObject {
  let left = place;
  function walk(current: unknown, key: string): unknown {
    if (KEPT.includes(key)) return current;
    if (key !== "metadata" && left-- === 0) return value;
    if (Array.isArray(current)) return current.map((item) => walk(item, ""));
    return isJsonObject(current) ? within(current) : current;
  }
  function within(current: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(current).map(([name, inner]) => [name, walk(inner, name)]),
    );
  }
  return within(object);
}

const fuzzed = fc.record({
  which: fc.nat({ max: OBJECTS.length - 1 }),
  place: fc.nat({ max: 40 }),
  value: junk,
});

Deno.test("an object with junk in any place breaks no work, and is no reason to write again and again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fuzzed, { minLength: 1, maxLength: 3 }), async (spoils) => {
      const world = createControllerWorld();
      for (const { which, place, value } of spoils) {
        const [resource, make] = OBJECTS[which] ?? [CLUSTERS, clusterObject];
        world.kube.put(resource, spoil(make(), place, value));
      }
      world.usedBytes.set("orders-2", 9 * GIBIBYTE);
      const process = await world.start();
      for (let round = 0; round < 3; round++) {
        await tryToReport(() => world.report(process, "orders-2"));
        await world.clock.advance(2_000);
      }
      const problems = world.logger.lines.filter(({ level, message }) =>
        level === "error" || message.startsWith("work failed")
      );
      assert.deepEqual(problems, []);
      assert.ok(world.writes().length < 40, `${world.writes().length} writes`);
      await process.kill();
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

/** Who reports may be unknown by now. */
async function tryToReport(report: () => Promise<void>): Promise<void> {
  await report().catch((error: unknown) => assert.ok(error instanceof assert.AssertionError));
}
