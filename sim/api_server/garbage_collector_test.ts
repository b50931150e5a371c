import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { metadataOf } from "./metadata.ts";
import { createSmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

const IN_A = { ...TESTER, namespace: "a" };
const CHILD = { namespace: "a", name: "child" };

const { server, clock } = createSmallServer();
const DEAD = ownerReference(server.create(WIDGET, { metadata: { name: "dead" } }, IN_A));
const LIVING = ownerReference(server.create(WIDGET, { metadata: { name: "living" } }, IN_A));
server.delete(WIDGET, { namespace: "a", name: "dead" }, TESTER);

function ownerReference(owner: JsonObject): JsonObject {
  const { name, uid } = metadataOf(owner);
  return { apiVersion: owner["apiVersion"], kind: owner["kind"], name, uid };
}

/** The owners of a child after a step; undefined where there is no child any more. */
function ownersAfterStep(ownerReferences: readonly JsonObject[]): unknown {
  server.create(WIDGET, { metadata: { name: CHILD.name, ownerReferences } }, IN_A);
  server.step(clock.now());
  const child = server.find(WIDGET, CHILD);
  if (child === undefined) return undefined;
  server.delete(WIDGET, CHILD, TESTER);
  return metadataOf(child)["ownerReferences"];
}

Deno.test("step() removes what was created after its owner was gone", () => {
  assert.equal(ownersAfterStep([DEAD]), undefined);
});

Deno.test("step() removes what names an owner by the name of another object", () => {
  assert.equal(ownersAfterStep([{ ...LIVING, uid: DEAD["uid"] }]), undefined);
});

Deno.test("step() leaves alone what has an owner that lives, and forgets the dead one", () => {
  assert.deepEqual(ownersAfterStep([LIVING]), [LIVING]);
  assert.deepEqual(ownersAfterStep([DEAD, LIVING]), [LIVING]);
});

Deno.test("step() leaves alone what has an owner of a kind that is not served", () => {
  const foreign = { apiVersion: "example.org/v9", kind: "Gadget", name: "g", uid: "1" };
  assert.deepEqual(ownersAfterStep([foreign]), [foreign]);
});

Deno.test("step() writes nothing where every owner lives", () => {
  server.create(WIDGET, { metadata: { name: "child", ownerReferences: [LIVING] } }, IN_A);
  const before = server.find(WIDGET, CHILD);
  server.step(clock.now());
  assert.equal(server.find(WIDGET, CHILD), before);
  server.delete(WIDGET, CHILD, TESTER);
});
