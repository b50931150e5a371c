// Whose the sizes in a Cluster's spec are, as managed fields tell.

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import type { DeclaredSize } from "../../lib/view/cluster.ts";
import { clusterObject } from "../testing/builders.ts";
import { readGitOwners } from "./git_owners.ts";
import { projectCluster } from "./project_cluster.ts";

const SIZE = { "f:size": {} };
const TEMPLATE = { "f:pvcTemplate": { "f:resources": { "f:requests": { "f:storage": {} } } } };
const DATA: DeclaredSize = { role: "data", field: "size", sizeBytes: GIBIBYTE };
const WAL: DeclaredSize = { role: "wal", field: "size", sizeBytes: GIBIBYTE };
const HOT: DeclaredSize = { role: "tbs:hot", field: "size", sizeBytes: GIBIBYTE };

function managed(manager: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  const entry = { manager, operation: "Update", fieldsV1: { "f:spec": spec }, ...more };
  return { metadata: { managedFields: [entry] } };
}

Deno.test("readGitOwners() finds the tool that declares a size", () => {
  const tools = [
    ["argocd-controller", "argocd"],
    ["argocd-application-controller", "argocd"],
    ["kustomize-controller", "flux"],
    ["helm-controller", "flux"],
    ["flux", "flux"],
  ];
  for (const [fieldManager = "", tool] of tools) {
    assert.deepEqual(readGitOwners(managed(fieldManager, { "f:storage": SIZE }), [DATA]), [
      { role: "data", tool, fieldManager },
    ]);
  }
});

Deno.test("readGitOwners() looks at the field in use of each role", () => {
  const template: DeclaredSize = { ...DATA, field: "pvcTemplate" };
  const cases: [JsonObject, DeclaredSize[], string[]][] = [
    [{ "f:storage": SIZE, "f:walStorage": SIZE }, [DATA, WAL], ["data", "wal"]],
    [{ "f:walStorage": SIZE }, [DATA, WAL], ["wal"]],
    [{ "f:storage": TEMPLATE }, [template], ["data"]],
    [{ "f:storage": TEMPLATE }, [DATA], []],
    [{ "f:storage": SIZE }, [template], []],
    [{ "f:tablespaces": {} }, [HOT], ["tbs:hot"]],
    [{ "f:tablespaces": { 'k:{"name":"hot"}': { "f:storage": SIZE } } }, [HOT], ["tbs:hot"]],
    [{ "f:tablespaces": { 'k:{"name":"cold"}': { "f:storage": SIZE } } }, [HOT], []],
    [{ "f:instances": {} }, [DATA, WAL, HOT], []],
  ];
  for (const [spec, declared, roles] of cases) {
    const owners = readGitOwners(managed("argocd-controller", spec), declared) ?? [];
    assert.deepEqual(owners.map(({ role }) => role), roles);
  }
});

Deno.test("readGitOwners() finds nobody where no tool declares a size", () => {
  const objects: JsonObject[] = [
    {},
    { metadata: {} },
    { metadata: { managedFields: "odd" } },
    { metadata: { managedFields: [{ manager: "argocd-controller" }, 5] } },
    managed("kubectl-edit", { "f:storage": SIZE }),
    managed("constructor", { "f:storage": SIZE }),
    managed("argocd-controller", { "f:storage": SIZE }, { subresource: "status" }),
  ];
  for (const object of objects) assert.equal(readGitOwners(object, [DATA]), undefined);
});

Deno.test("projectCluster() keeps the owner and nothing else of the managed fields", () => {
  const object = clusterObject();
  const { metadata } = managed("argocd-controller", { "f:storage": SIZE });
  const cluster = projectCluster({
    ...object,
    metadata: { ...Object(object["metadata"]), ...Object(metadata) },
  });
  assert.deepEqual(cluster.gitOwners?.map(({ fieldManager }) => fieldManager), [
    "argocd-controller",
  ]);
  assert.ok(!JSON.stringify(cluster).includes("f:size"));
});
