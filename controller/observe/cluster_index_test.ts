import assert from "node:assert/strict";
import fc from "fast-check";
import type { Change } from "../../kube/object_cache.ts";
import { createClusterIndex } from "./cluster_index.ts";

interface Item {
  readonly name: string;
  readonly cluster?: string | undefined;
}

const anyItem: fc.Arbitrary<Item> = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  cluster: fc.constantFrom("one", "two", undefined),
});

Deno.test("apply() keeps the index equal to a look at every object", () => {
  fc.assert(fc.property(fc.array(fc.tuple(anyItem, fc.boolean())), (steps) => {
    const objects = new Map<string, Item>();
    const index = createClusterIndex<Item>(({ cluster }) => cluster);
    for (const [item, isDeletion] of steps) {
      const change = changeOf(objects.get(item.name), item, isDeletion);
      if (change === undefined) continue;
      if (isDeletion) objects.delete(item.name);
      else objects.set(item.name, item);
      index.apply(change);
      for (const cluster of ["one", "two"]) {
        const expected = [...objects.values()].filter((object) => object.cluster === cluster);
        assert.deepEqual(new Set(index.of(cluster)), new Set(expected));
      }
    }
  }));
});

function changeOf(
  previous: Item | undefined,
  object: Item,
  isDeletion: boolean,
): Change<Item> | undefined {
  const key = object.name;
  if (isDeletion) return previous && { kind: "deleted", key, previous };
  if (previous === undefined) return { kind: "added", key, object };
  return { kind: "updated", key, object, previous };
}
