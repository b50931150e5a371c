import assert from "node:assert/strict";

import { objectPath, resourcePath } from "./request_path.ts";
import { LEASE, NAMESPACE, POD, STORAGE_CLASS } from "./resources.ts";

Deno.test("resourcePath() leads to collections", () => {
  assert.equal(resourcePath(POD, {}), "/api/v1/pods");
  assert.equal(resourcePath(POD, { namespace: "a" }), "/api/v1/namespaces/a/pods");
  assert.equal(resourcePath(STORAGE_CLASS, {}), "/apis/storage.k8s.io/v1/storageclasses");
});

Deno.test("objectPath() leads to objects and subresources", () => {
  assert.equal(objectPath(NAMESPACE, { name: "a" }), "/api/v1/namespaces/a");
  assert.equal(
    objectPath(LEASE, { namespace: "a", name: "l" }),
    "/apis/coordination.k8s.io/v1/namespaces/a/leases/l",
  );
  assert.equal(
    objectPath(POD, { namespace: "a", name: "x", subresource: "status" }),
    "/api/v1/namespaces/a/pods/x/status",
  );
});

for (const name of ["", ".", "..", "a/b", "%2e%2e"]) {
  Deno.test(`objectPath() refuses the name ${JSON.stringify(name)}`, () => {
    assert.throws(() => objectPath(POD, { namespace: "a", name }), TypeError);
    assert.throws(() => objectPath(POD, { namespace: name, name: "x" }), TypeError);
  });
}

Deno.test("objectPath() keeps odd characters within their place", () => {
  assert.equal(objectPath(STORAGE_CLASS, { name: "a?b#c d" }).split("/").at(-1), "a%3Fb%23c%20d");
});

Deno.test("objectPath() wants a namespace exactly where there is one", () => {
  assert.throws(() => objectPath(POD, { name: "x" }), /expected a namespace/);
  assert.throws(
    () => objectPath(NAMESPACE, { namespace: "a", name: "x" }),
    /expected no namespace/,
  );
});
