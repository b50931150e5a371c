import assert from "node:assert/strict";

import { builtinResources } from "../served_resources.ts";
import { isResourcePath, routeOf } from "./route.ts";

const resources = builtinResources();

const routes: readonly (readonly [string, string])[] = [
  ["/api/v1/pods", "pods - - -"],
  ["/api/v1/namespaces/a/pods", "pods a - -"],
  ["/api/v1/namespaces/a/pods/x", "pods a x -"],
  ["/api/v1/namespaces/a/pods/x/status", "pods a x status"],
  ["/api/v1/namespaces/a/serviceaccounts/x/token", "serviceaccounts a x token"],
  ["/api/v1/namespaces", "namespaces - - -"],
  ["/api/v1/namespaces/a", "namespaces - a -"],
  ["/api/v1/namespaces/a/status", "namespaces - a status"],
  ["/apis/storage.k8s.io/v1/storageclasses/fast", "storageclasses - fast -"],
  ["/api/v1/namespaces/a/pods/x%3Ay", "pods a x:y -"],
];

for (const [path, expected] of routes) {
  Deno.test(`routeOf() follows ${path}`, () => {
    const { served, namespace, name, subresource } = routeOf(path, resources);
    const parts = [served.resource.plural, namespace, name, subresource];
    assert.equal(parts.map((part) => part ?? "-").join(" "), expected);
    assert.equal(isResourcePath(path), true);
  });
}

const nowhere = [
  "/api/v1/podds",
  "/api/v1/pods/x",
  "/api/v2/pods",
  "/api/v1/namespaces/a/nodes",
  "/api/v1/namespaces/a/pods/x/log",
  "/api/v1/namespaces/a/pods/x/status/more",
  "/api/v1/namespaces/a/pods/",
  "/apis/storage.k8s.io/v1/storageclasses/fast/status",
  "/api/v1/namespaces/a/pods/%E0",
];

for (const path of nowhere) {
  Deno.test(`routeOf() finds nothing at ${path}`, () => {
    assert.throws(() => routeOf(path, resources), { code: 404, reason: "NotFound" });
  });
}

Deno.test("isResourcePath() leaves groups and versions to discovery", () => {
  for (const path of ["/", "/version", "/api", "/api/v1", "/apis", "/apis/a", "/apis/a/v1/"]) {
    assert.equal(isResourcePath(path), false, path);
  }
});
