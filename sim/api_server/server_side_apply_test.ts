import assert from "node:assert/strict";

import { ApiError, type JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { NAMESPACE, POD } from "../../kube/resources.ts";
import type { ApiServer } from "./api_server.ts";
import { metadataOf } from "./metadata.ts";
import { createSmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

const NAME = { namespace: "a", name: "w" };

function apply(
  server: ApiServer,
  fieldManager: string,
  parts: JsonObject,
  options: { readonly force?: boolean; readonly subresource?: string } = {},
): JsonObject {
  const body = { apiVersion: "example.org/v1", kind: "Widget", ...parts };
  const patch = { type: "apply", body, force: options.force } as const;
  const { subresource } = options;
  return server.patch(WIDGET, NAME, patch, { ...TESTER, fieldManager, subresource });
}

function merge(server: ApiServer, fieldManager: string, body: JsonObject): JsonObject {
  return server.patch(WIDGET, NAME, { type: "merge", body }, { ...TESTER, fieldManager });
}

function owners(object: JsonObject): Record<string, unknown> {
  const entries = metadataOf(object)["managedFields"];
  assert.ok(Array.isArray(entries));
  return Object.fromEntries(
    entries.filter(isJsonObject).map((entry) => [
      [entry["manager"], entry["operation"], entry["subresource"]].filter(Boolean).join(" "),
      entry["fieldsV1"],
    ]),
  );
}

Deno.test("apply creates what is not there, owned by its manager", () => {
  const { server } = createSmallServer();
  const made = apply(server, "m", {
    metadata: { labels: { x: "y" } },
    spec: { size: 1, list: [1] },
  });
  assert.deepEqual(owners(made), {
    "m Apply": {
      "f:metadata": { "f:labels": { "f:x": {} } },
      "f:spec": { "f:size": {}, "f:list": {} },
    },
  });
});

Deno.test("apply removes what its manager leaves out unless another owns it", () => {
  const { server } = createSmallServer();
  apply(server, "m", { spec: { mine: 1, ours: 2, nested: { a: 1 } } });
  apply(server, "other", { spec: { ours: 2 } });
  const applied = apply(server, "m", { spec: { list: [] } });
  assert.deepEqual(applied["spec"], { ours: 2, list: [] });
  assert.deepEqual(owners(applied), {
    "m Apply": { "f:spec": { "f:list": {} } },
    "other Apply": { "f:spec": { "f:ours": {} } },
  });
});

Deno.test("apply that would change what another owns is answered 409 naming it, unless forced", () => {
  const { server } = createSmallServer();
  apply(server, "m", { spec: { size: 1, color: "red", shape: "round" } });
  merge(server, "kubectl-edit", { spec: { color: "blue" } });
  assert.throws(() => apply(server, "n", { spec: { size: 2, color: "red", shape: "flat" } }), {
    name: "ApiError",
    code: 409,
    reason: "Conflict",
    message: "Apply failed with 3 conflicts: " +
      'conflicts with "m" using example.org/v1:\n- .spec.size\n- .spec.shape\n' +
      'conflict with "kubectl-edit" using example.org/v1: .spec.color',
  });
  const forced = apply(server, "n", { spec: { size: 2, color: "red" } }, { force: true });
  assert.deepEqual(forced["spec"], { size: 2, color: "red", shape: "round" });
  assert.deepEqual(owners(forced), {
    "m Apply": { "f:spec": { "f:shape": {} } },
    "n Apply": { "f:spec": { "f:size": {}, "f:color": {} } },
  });
});

Deno.test("apply of a value that is there already makes a second owner without a conflict", () => {
  const { server } = createSmallServer();
  apply(server, "m", { spec: { size: 1 } });
  const applied = apply(server, "n", { spec: { size: 1 } });
  assert.deepEqual(Object.keys(owners(applied)), ["m Apply", "n Apply"]);
  assert.equal(metadataOf(applied)["generation"], 1);
});

Deno.test("apply of the same again changes nothing, however late", async () => {
  const { server, clock } = createSmallServer();
  apply(server, "m", { spec: { size: 1 } });
  const first = apply(server, "m", { spec: { size: 1 } });
  await clock.advance(60_000);
  assert.equal(apply(server, "m", { spec: { size: 1 } }), first);
});

Deno.test("a patch takes over what it changes and nobody owns what it removes", () => {
  const { server } = createSmallServer();
  apply(server, "m", { spec: { size: 1, color: "red", map: { a: 1, b: 2 } } });
  const merged = merge(server, "n", { spec: { size: 2, map: { a: null } } });
  assert.deepEqual(owners(merged), {
    "m Apply": { "f:spec": { "f:color": {}, "f:map": { "f:b": {} } } },
    "n Update": { "f:spec": { "f:size": {} } },
  });
});

Deno.test("apply to the status owns the status alone", () => {
  const { server } = createSmallServer();
  apply(server, "m", { spec: { size: 1 }, status: { ready: false } });
  const applied = apply(server, "m", { spec: { size: 9 }, status: { ready: true } }, {
    subresource: "status",
  });
  assert.deepEqual([applied["spec"], applied["status"]], [{ size: 1 }, { ready: true }]);
  assert.deepEqual(owners(applied), {
    "m Apply": { "f:spec": { "f:size": {} } },
    "m Apply status": { "f:status": { "f:ready": {} } },
  });
});

Deno.test("apply is refused without manager, kind or with managedFields, and for a stale version", () => {
  const { server } = createSmallServer();
  const made = apply(server, "m", { spec: { size: 1 } });
  merge(server, "n", { spec: { other: 1 } });
  const { resourceVersion } = metadataOf(made);
  assert.throws(() => apply(server, "", {}), { code: 422 });
  assert.throws(() => apply(server, "m", { kind: undefined }), { code: 400 });
  assert.throws(() => apply(server, "m", { metadata: { managedFields: [] } }), { code: 400 });
  assert.throws(() => apply(server, "m", { metadata: { name: "x" } }), { code: 400 });
  assert.throws(
    () => apply(server, "m", { metadata: { resourceVersion }, spec: { size: 2 } }),
    (error) => error instanceof ApiError && error.isConflict,
  );
  const missing = { namespace: "a", name: "missing" };
  const status = { ...TESTER, fieldManager: "m", subresource: "status" };
  const body = { apiVersion: "example.org/v1", kind: "Widget", status: {} };
  assert.throws(
    () => server.patch(WIDGET, missing, { type: "apply", body }, status),
    { code: 404 },
  );
});

Deno.test("apply works on kinds without namespace and without status subresource", () => {
  const { server } = createSmallServer();
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { labels: { x: "y" } } };
  const options = { ...TESTER, fieldManager: "m" };
  const made = server.patch(NAMESPACE, { name: "n" }, { type: "apply", body }, options);
  assert.deepEqual(metadataOf(made)["labels"], { x: "y" });
  assert.equal(server.all(POD).length, 0);
});
