import assert from "node:assert/strict";

import type { HttpRequest } from "./http_message.ts";
import { serveDiscovery } from "./discovery.ts";
import { builtinResources } from "../served_resources.ts";

const resources = builtinResources();
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function ask(path: string, accept = "application/json"): HttpRequest {
  const search = new URLSearchParams();
  return { method: "GET", path, search, accept, contentType: "", token: undefined, body: "" };
}

/** The part of an answer that `path` of keys and indexes leads to. */
function part(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : value,
    body,
  );
}

for (const path of ["/healthz", "/livez", "/readyz/"]) {
  Deno.test(`serveDiscovery() is well at ${path}`, () => {
    assert.equal(serveDiscovery(ask(path), resources).body, "ok");
  });
}

Deno.test("serveDiscovery() names groups and the preferred version of each", () => {
  const { body } = serveDiscovery(ask("/apis"), resources);
  const groups = part(body, "groups");
  assert.ok(Array.isArray(groups));
  const storage = groups.find((group) => part(group, "name") === "storage.k8s.io");
  const version = { groupVersion: "storage.k8s.io/v1", version: "v1" };
  assert.deepEqual(storage, {
    name: "storage.k8s.io",
    versions: [version],
    preferredVersion: version,
  });
  const alone = serveDiscovery(ask("/apis/storage.k8s.io"), resources);
  assert.deepEqual(alone.body, { kind: "APIGroup", apiVersion: "v1", ...storage });
  assert.deepEqual(part(serveDiscovery(ask("/api"), resources).body, "versions"), ["v1"]);
});

Deno.test("serveDiscovery() lists kinds and their subresources", () => {
  const { body } = serveDiscovery(ask("/api/v1"), resources);
  const kinds = part(body, "resources");
  assert.ok(Array.isArray(kinds));
  const names = kinds.map((kind) => part(kind, "name"));
  for (const name of ["pods", "pods/status", "serviceaccounts/token"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes("secrets/status"));
  const pods = kinds.find((kind) => part(kind, "name") === "pods");
  assert.deepEqual(part(pods, "shortNames"), ["po"]);
  const reviews = serveDiscovery(ask("/apis/authentication.k8s.io/v1"), resources);
  assert.deepEqual(part(reviews.body, "resources", 0, "verbs"), ["create"]);
});

Deno.test("serveDiscovery() tells everything at once to who can read that", () => {
  const core = serveDiscovery(ask("/api", AGGREGATED), resources);
  assert.equal(core.headers?.["content-type"], AGGREGATED);
  assert.deepEqual(part(core.body, "items", 0, "metadata"), { name: "" });
  const namespace = part(core.body, "items", 0, "versions", 0, "resources", 0);
  assert.deepEqual(namespace, {
    resource: "namespaces",
    responseKind: { group: "", version: "v1", kind: "Namespace" },
    scope: "Cluster",
    singularResource: "namespace",
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    shortNames: ["ns"],
    categories: [],
    subresources: [{
      subresource: "status",
      responseKind: { group: "", version: "v1", kind: "Namespace" },
      verbs: ["get", "patch", "update"],
    }],
  });
  const named = part(serveDiscovery(ask("/apis", AGGREGATED), resources).body, "items");
  assert.ok(Array.isArray(named));
  assert.ok(named.every((group) => part(group, "metadata", "name") !== ""));
});

Deno.test("serveDiscovery() says that PATCH validates fields", () => {
  const index = serveDiscovery(ask("/openapi/v3"), resources);
  const path = "/openapi/v3/apis/coordination.k8s.io/v1";
  assert.equal(
    part(index.body, "paths", "apis/coordination.k8s.io/v1", "serverRelativeURL"),
    path,
  );
  const { body } = serveDiscovery(ask(path), resources);
  const template = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}";
  const operation = part(body, "paths", template, "patch");
  assert.deepEqual(part(operation, "x-kubernetes-group-version-kind"), {
    group: "coordination.k8s.io",
    version: "v1",
    kind: "Lease",
  });
  const parameters = part(operation, "parameters");
  assert.ok(Array.isArray(parameters));
  assert.ok(parameters.some((one) => part(one, "name") === "fieldValidation"));
  assert.equal(
    typeof part(body, "components", "schemas", "io.k8s.coordination.v1.Lease"),
    "object",
  );
  assert.equal(serveDiscovery(ask("/openapi/v3/api/v1"), resources).code, 200);
});
