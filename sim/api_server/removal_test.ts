import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { NAMESPACE, POD } from "../../kube/resources.ts";
import type { ApiServer } from "./api_server.ts";
import { isTerminating, metadataOf } from "./metadata.ts";
import { createSmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

const NAME = { namespace: "a", name: "w" };
const IN_A = { ...TESTER, namespace: "a" };

function own(owner: JsonObject): JsonObject {
  const { name, uid } = metadataOf(owner);
  return { apiVersion: owner["apiVersion"], kind: owner["kind"], name, uid };
}

function create(server: ApiServer, name: string, metadata: JsonObject = {}): JsonObject {
  return server.create(WIDGET, { metadata: { name, ...metadata } }, IN_A);
}

Deno.test("delete() is bound to the uid and the version that it names", () => {
  const { server } = createSmallServer();
  const made = create(server, "w");
  const { uid, resourceVersion } = metadataOf(made);
  assert.throws(() => server.delete(WIDGET, NAME, { ...TESTER, uid: "other" }), { code: 409 });
  assert.throws(
    () => server.delete(WIDGET, NAME, { ...TESTER, resourceVersion: "1" }),
    { code: 409, message: /ResourceVersion in precondition: 1/ },
  );
  server.delete(WIDGET, NAME, {
    ...TESTER,
    uid: String(uid),
    resourceVersion: String(resourceVersion),
  });
  assert.throws(() => server.delete(WIDGET, NAME, TESTER), { code: 404 });
});

Deno.test("an object with finalizers goes when the last of them does", () => {
  const { server } = createSmallServer();
  create(server, "w", { finalizers: ["x", "y"] });
  const types: string[] = [];
  const sink = { deliver: ({ type }: { type: string }) => types.push(type), end: () => {} };
  server.watch(WIDGET, { timeoutSeconds: 60 }, sink, TESTER);
  server.delete(WIDGET, NAME, TESTER);
  server.delete(WIDGET, NAME, TESTER);
  const marked = server.get(WIDGET, NAME, TESTER);
  assert.equal(metadataOf(marked)["deletionTimestamp"], "2026-01-01T00:00:00Z");
  assert.equal(metadataOf(marked)["generation"], 2);
  const late = { metadata: { finalizers: ["x", "z"] } };
  assert.throws(
    () => server.patch(WIDGET, NAME, { type: "merge", body: late }, TESTER),
    { code: 422, message: /no new finalizers can be added/ },
  );
  for (const finalizers of [["y"], null]) {
    const body = { metadata: { finalizers } };
    server.patch(WIDGET, NAME, { type: "merge", body }, TESTER);
  }
  assert.equal(server.find(WIDGET, NAME), undefined);
  assert.deepEqual(types, ["ADDED", "MODIFIED", "MODIFIED", "DELETED"]);
});

Deno.test("what an object owns goes with it, over kinds and generations", () => {
  const { server } = createSmallServer();
  const owner = create(server, "w");
  const child = create(server, "child", { ownerReferences: [own(owner)] });
  const pod = { metadata: { name: "grandchild", ownerReferences: [own(child)] } };
  server.create(POD, pod, IN_A);
  server.create(POD, { metadata: { name: "stranger" } }, IN_A);
  server.delete(WIDGET, NAME, TESTER);
  assert.deepEqual(server.all(WIDGET), []);
  assert.deepEqual(server.all(POD).map((object) => metadataOf(object)["name"]), ["stranger"]);
});

Deno.test("what has another owner stays and forgets the one that is gone", () => {
  const { server } = createSmallServer();
  const owners = ["w", "v"].map((name) => create(server, name));
  create(server, "child", { ownerReferences: owners.map(own) });
  server.delete(WIDGET, NAME, TESTER);
  const child = server.get(WIDGET, { namespace: "a", name: "child" }, TESTER);
  assert.deepEqual(metadataOf(child)["ownerReferences"], owners.slice(1).map(own));
  server.delete(WIDGET, { namespace: "a", name: "v" }, TESTER);
  assert.deepEqual(server.all(WIDGET), []);
});

Deno.test("a namespace takes its content with it and waits for finalizers in it", () => {
  const { server } = createSmallServer();
  create(server, "w", { finalizers: ["x"] });
  create(server, "v");
  server.create(WIDGET, { metadata: { name: "w" } }, { ...TESTER, namespace: "b" });
  server.delete(NAMESPACE, { name: "a" }, TESTER);
  const namespace = server.get(NAMESPACE, { name: "a" }, TESTER);
  assert.ok(isTerminating(namespace));
  assert.throws(() => create(server, "late"), { code: 403, message: /is being terminated/ });
  const body = { metadata: { finalizers: [] } };
  server.patch(WIDGET, NAME, { type: "merge", body }, TESTER);
  assert.equal(server.find(NAMESPACE, { name: "a" }), undefined);
  assert.deepEqual(server.all(WIDGET).map((object) => metadataOf(object)["namespace"]), ["b"]);
});
