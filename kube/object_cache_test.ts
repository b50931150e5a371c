import assert from "node:assert/strict";
import fc from "fast-check";

import type { JsonObject } from "./api.ts";
import { type Change, createObjectCache, type ObjectCache } from "./object_cache.ts";
import { compareVersions, namespacedName } from "./object_metadata.ts";

interface Rig {
  readonly cache: ObjectCache<string>;
  readonly changes: Change<string>[];
  readonly reports: string[];
}

function createRig(): Rig {
  const changes: Change<string>[] = [];
  const reports: string[] = [];
  const cache = createObjectCache<string>({
    project(object: JsonObject): string | undefined {
      if (object["poison"] === true) throw new TypeError("poisoned");
      return object["hidden"] === true ? undefined : String(object["value"]);
    },
    key: namespacedName,
    onChange: (change) => changes.push(change),
    onUnreadable: (key, error) => reports.push(`${key}: ${String(error)}`),
    onMalformed: (error) => reports.push(String(error)),
  });
  return { cache, changes, reports };
}

function object(version: number, more: JsonObject = {}, name = "x", uid = "u1"): JsonObject {
  const metadata = { namespace: "a", name, uid, resourceVersion: String(version) };
  return { metadata, value: `v${version}`, ...more };
}

function kinds(changes: readonly Change<string>[]): string[] {
  return changes.map((change) => `${change.kind} ${change.key}`);
}

Deno.test("put() and remove() deliver what they change", () => {
  const { cache, changes } = createRig();
  cache.put(object(1));
  cache.put(object(2));
  cache.remove(object(3));
  assert.deepEqual(changes, [
    { kind: "added", key: "a/x", object: "v1" },
    { kind: "updated", key: "a/x", object: "v2", previous: "v1" },
    { kind: "deleted", key: "a/x", previous: "v2" },
  ]);
  assert.equal(cache.resourceVersion, "3");
});

Deno.test("put() delivers a replacement when the uid is another", () => {
  const { cache, changes } = createRig();
  cache.put(object(1));
  cache.put(object(2, {}, "x", "u2"));
  assert.deepEqual(kinds(changes), ["added a/x", "replaced a/x"]);
});

Deno.test("put() passes over duplicates and replays", () => {
  const { cache, changes } = createRig();
  cache.put(object(5));
  cache.put(object(5));
  cache.put(object(4));
  cache.remove(object(6));
  cache.put(object(5));
  assert.deepEqual(kinds(changes), ["added a/x", "deleted a/x"]);
  assert.equal(cache.resourceVersion, "6");
});

Deno.test("put() takes whatever comes when versions are no numbers", () => {
  const { cache, changes } = createRig();
  const odd = { namespace: "a", name: "x", uid: "u1" };
  cache.put({ metadata: { ...odd, resourceVersion: "b" }, value: 1 });
  cache.put({ metadata: { ...odd, resourceVersion: "a" }, value: 2 });
  assert.deepEqual(kinds(changes), ["added a/x", "updated a/x"]);
});

Deno.test("put() treats an object that is left out like a deleted one", () => {
  const { cache, changes } = createRig();
  cache.put(object(1));
  cache.put(object(2, { hidden: true }));
  cache.put(object(3, { hidden: true }));
  assert.deepEqual(kinds(changes), ["added a/x", "deleted a/x"]);
});

Deno.test("put() reports an unreadable object, keeps its last state and harms no other", () => {
  const { cache, changes, reports } = createRig();
  cache.put(object(1));
  cache.put(object(2, { poison: true }));
  cache.put(object(3, {}, "y"));
  assert.equal(cache.get("a/x"), "v1");
  assert.deepEqual(cache.unreadable(), ["a/x"]);
  assert.deepEqual(reports, ["a/x: TypeError: poisoned"]);
  cache.put(object(4));
  assert.deepEqual(cache.unreadable(), []);
  assert.deepEqual(kinds(changes), ["added a/x", "added a/y", "updated a/x"]);
});

Deno.test("put() reports what has no identity", () => {
  const { cache, reports } = createRig();
  cache.put({ metadata: { name: "x" } });
  assert.equal(reports.length, 1);
  assert.equal(cache.size, 0);
});

Deno.test("observe() takes an own write and its echo is no news", () => {
  const { cache, changes } = createRig();
  cache.put(object(1));
  cache.observe(object(5));
  assert.equal(cache.get("a/x"), "v5");
  assert.equal(cache.resourceVersion, "1");
  cache.put(object(3));
  cache.put(object(5));
  assert.deepEqual(kinds(changes), ["added a/x", "updated a/x"]);
});

Deno.test("observe() does not bring back what was deleted since", () => {
  const { cache, changes } = createRig();
  cache.put(object(1));
  cache.remove(object(6));
  cache.observe(object(5));
  assert.deepEqual(kinds(changes), ["added a/x", "deleted a/x"]);
});

Deno.test("remove() of a predecessor leaves the observed successor", () => {
  const { cache } = createRig();
  cache.put(object(1));
  cache.observe(object(5, {}, "x", "u2"));
  cache.remove(object(3));
  assert.equal(cache.get("a/x"), "v5");
});

Deno.test("commit() delivers the difference and deletions of what vanished", () => {
  const { cache, changes } = createRig();
  for (const [index, name] of ["same", "gone", "newer", "other"].entries()) {
    cache.put(object(index + 1, {}, name));
  }
  changes.length = 0;
  const snapshot = cache.beginSnapshot();
  snapshot.put(object(1, {}, "same"));
  snapshot.put(object(9, {}, "newer"));
  snapshot.put(object(8, {}, "other", "u2"));
  snapshot.put(object(7, {}, "fresh"));
  assert.deepEqual(changes, []);
  snapshot.commit("10");
  const expected = ["deleted a/gone", "updated a/newer", "replaced a/other", "added a/fresh"];
  assert.deepEqual(kinds(changes), expected);
  assert.equal(cache.resourceVersion, "10");
});

Deno.test("commit() goes back when the server's versions did, as after a restored backup", () => {
  const { cache } = createRig();
  cache.put(object(900));
  const snapshot = cache.beginSnapshot();
  snapshot.put(object(100));
  snapshot.commit("101");
  assert.equal(cache.get("a/x"), "v100");
  cache.put(object(102));
  assert.equal(cache.get("a/x"), "v102");
});

Deno.test("commit() keeps an own write that the snapshot was too early for", () => {
  const { cache } = createRig();
  cache.put(object(1));
  const snapshot = cache.beginSnapshot();
  snapshot.put(object(1));
  cache.observe(object(20));
  cache.observe(object(21, {}, "made"));
  snapshot.commit("10");
  assert.equal(cache.get("a/x"), "v20");
  assert.equal(cache.get("a/made"), "v21");
});

Deno.test("commit() keeps the last readable state of an object that is still there", () => {
  const { cache } = createRig();
  cache.put(object(1));
  cache.put(object(2, {}, "gone"));
  cache.put(object(3, { poison: true }, "gone"));
  const snapshot = cache.beginSnapshot();
  snapshot.put(object(4, { poison: true }));
  snapshot.commit("10");
  assert.equal(cache.get("a/x"), "v1");
  assert.deepEqual(cache.unreadable(), ["a/x"]);
  assert.equal(cache.size, 1);
});

Deno.test("remove() takes an object out of a snapshot", () => {
  const { cache } = createRig();
  const snapshot = cache.beginSnapshot();
  snapshot.put(object(1));
  snapshot.remove(object(2));
  snapshot.commit("3");
  assert.equal(cache.size, 0);
});

Deno.test("a cache fed with any replay of a history ends as the history does", () => {
  const histories = fc.array(
    fc.record({ name: fc.constantFrom("x", "y", "z"), deleted: fc.boolean() }),
    { maxLength: 20 },
  );
  fc.assert(fc.property(histories, fc.array(fc.nat({ max: 19 })), (history, replays) => {
    const { cache } = createRig();
    const present = new Map<string, string>();
    function feed(index: number): void {
      const step = history[index];
      if (step === undefined) return;
      const event = object(index + 1, {}, step.name);
      if (step.deleted) cache.remove(event);
      else cache.put(event);
    }
    for (const [index, step] of history.entries()) {
      feed(index);
      for (const replay of replays) if (replay <= index) feed(replay);
      if (step.deleted) present.delete(step.name);
      else present.set(step.name, `v${index + 1}`);
    }
    assert.deepEqual([...cache.list()].sort(), [...present.values()].sort());
  }));
});

Deno.test("compareVersions() orders decimal numbers of any length as numbers", () => {
  const versions = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(fc.property(versions, versions, (left, right) => {
    const expected = left === right ? "same" : left > right ? "newer" : "older";
    return compareVersions(String(left), String(right)) === expected;
  }));
});

Deno.test("compareVersions() does not order what is no number", () => {
  for (const odd of ["", "x", "01", "-1", "1.5"]) {
    assert.equal(compareVersions(odd, "7"), "unknown");
  }
});
