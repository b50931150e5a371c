import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { LEASE, NAMESPACE, SECRET } from "../../../kube/resources.ts";
import { refusal } from "./testing/refusal.ts";

function labelled(labels: JsonObject): JsonObject {
  return { metadata: { name: "one", labels } };
}

Deno.test("admissions() wants names that can be part of a host name", () => {
  for (const name of ["one", "one.two", "0-1", "a".repeat(253)]) {
    assert.equal(refusal(SECRET, name, { object: { metadata: { name } } }), "", name);
  }
  for (const name of ["One", "one_two", "-one", "one.", "a b", "a".repeat(254)]) {
    const text = refusal(SECRET, name, { object: { metadata: { name } } });
    assert.match(text, /^422 Invalid: Secret ".*" is invalid: metadata\.name: Invalid value/, name);
  }
});

Deno.test("admissions() wants names of namespaces without dots, and short", () => {
  assert.equal(refusal(NAMESPACE, "prod", { object: { metadata: { name: "prod" } } }), "");
  for (const name of ["prod.eu", "a".repeat(64)]) {
    const text = refusal(NAMESPACE, name, { object: { metadata: { name } } });
    assert.match(text, /^422 Invalid: Namespace ".*" is invalid: metadata\.name/, name);
  }
});

Deno.test("admissions() wants labels that selectors can name", () => {
  const good = { "a.io/b_c": "x-1", tier: "", "B": "b".repeat(63) };
  assert.equal(refusal(SECRET, "one", { object: labelled(good) }), "");
  const bad = [{ tier: "a b" }, { tier: "-" }, { tier: "b".repeat(64) }, { "a b": "c" }, {
    "/a": "b",
  }];
  for (const labels of bad) {
    const text = refusal(SECRET, "one", { object: labelled(labels) });
    assert.match(text, /^422 Invalid: Secret "one" is invalid: metadata\.labels: Invalid value/);
  }
});

Deno.test("admissions() lets an object that goes lose finalizers and gain none", () => {
  function held(finalizers: readonly string[], deletionTimestamp?: string): JsonObject {
    return { metadata: { name: "one", finalizers, deletionTimestamp } };
  }
  const going = held(["a/b"], "2026-01-31T12:00:00Z");
  assert.equal(refusal(LEASE, "one", { object: held([]), previous: going }), "");
  assert.equal(refusal(LEASE, "one", { object: held(["c/d"]), previous: held(["a/b"]) }), "");
  assert.match(
    refusal(LEASE, "one", { object: held(["a/b", "c/d"]), previous: going }),
    /^422 Invalid: Lease\.coordination\.k8s\.io "one" is invalid: metadata\.finalizers: Forbidden/,
  );
});
