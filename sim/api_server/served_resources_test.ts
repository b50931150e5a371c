import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from "../../kube/resources.ts";
import type { ServedResource } from "./api_server.ts";
import { builtinResources, servedResourcesOf } from "./served_resources.ts";

function builtin(kind: string): ServedResource {
  const found = builtinResources().find(({ resource }) => resource.kind === kind);
  assert.ok(found);
  return found;
}

function prepared(kind: string, object: JsonObject): JsonObject {
  const served = builtin(kind);
  const once = served.prepare?.(object, undefined);
  assert.ok(once);
  assert.deepEqual(served.prepare?.(once, undefined), once, "a second time changes nothing");
  return once;
}

function definition(version: JsonObject): JsonObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "disks.example.com" },
    spec: {
      group: "example.com",
      scope: "Cluster",
      names: { kind: "Disk", plural: "disks", shortNames: ["dk"] },
      versions: [{
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object" } },
        ...version,
      }],
    },
  };
}

Deno.test("builtinResources() describes claims as discovery does", () => {
  const claims = builtin("PersistentVolumeClaim");
  assert.deepEqual({ ...claims, prepare: undefined }, {
    resource: PERSISTENT_VOLUME_CLAIM,
    singular: "persistentvolumeclaim",
    shortNames: ["pvc"],
    categories: [],
    hasStatus: true,
    countsGenerations: false,
    printerColumns: [],
    prepare: undefined,
  });
});

Deno.test("builtinResources() names no kind and no short name twice", () => {
  const served = builtinResources();
  const names = served.flatMap(({ resource, shortNames }) => [resource.plural, ...shortNames]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("builtinResources() stores sizes of claims in their canonical form", () => {
  const claim = prepared("PersistentVolumeClaim", {
    spec: { resources: { requests: { storage: "0.5Gi" }, limits: { storage: "1000M" } } },
    status: { capacity: { storage: "1024Mi" } },
  });
  assert.deepEqual(claim, {
    spec: {
      volumeMode: "Filesystem",
      resources: { requests: { storage: "512Mi" }, limits: { storage: "1G" } },
    },
    status: { phase: "Pending", capacity: { storage: "1Gi" } },
  });
});

Deno.test("builtinResources() leaves what is no size in a claim to validation", () => {
  const claim = prepared("PersistentVolumeClaim", {
    spec: { resources: { requests: { storage: "x" } } },
  });
  assert.deepEqual(claim["spec"], {
    volumeMode: "Filesystem",
    resources: { requests: { storage: "x" } },
  });
});

Deno.test("builtinResources() fills in what classes and namespaces do not say", () => {
  assert.deepEqual(prepared("StorageClass", { provisioner: "x", reclaimPolicy: "Retain" }), {
    provisioner: "x",
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
  });
  assert.deepEqual(prepared("Namespace", { metadata: { name: "db", labels: { a: "b" } } }), {
    metadata: { name: "db", labels: { a: "b", "kubernetes.io/metadata.name": "db" } },
    status: { phase: "Active" },
  });
  assert.equal(builtin("StorageClass").resource, STORAGE_CLASS);
});

Deno.test("servedResourcesOf() serves a minimal definition with an Age column", () => {
  const [disk] = servedResourcesOf([definition({})]);
  assert.deepEqual(disk?.resource, {
    group: "example.com",
    version: "v1",
    kind: "Disk",
    plural: "disks",
    namespaced: false,
  });
  assert.equal(disk?.singular, "disk");
  assert.equal(disk?.hasStatus, false);
  assert.equal(disk?.countsGenerations, true);
  assert.deepEqual(disk?.printerColumns.map(({ name, priority }) => [name, priority]), [[
    "Age",
    0,
  ]]);
});

Deno.test("servedResourcesOf() takes columns and the status subresource from the definition", () => {
  const [disk] = servedResourcesOf([definition({
    subresources: { status: {} },
    additionalPrinterColumns: [{
      name: "Size",
      type: "string",
      jsonPath: ".spec.size",
      priority: 1,
    }],
  })]);
  assert.equal(disk?.hasStatus, true);
  assert.deepEqual(disk?.printerColumns, [
    { name: "Size", type: "string", jsonPath: ".spec.size", priority: 1 },
  ]);
});

Deno.test("servedResourcesOf() leaves out versions that are not served", () => {
  assert.deepEqual(servedResourcesOf([definition({ served: false })]), []);
});

Deno.test("servedResourcesOf() throws when a manifest is no definition or not understood", () => {
  assert.throws(() => servedResourcesOf([{ kind: "Pod" }]), TypeError);
  const schema = { openAPIV3Schema: { type: "object", oneOf: [] } };
  assert.throws(() => servedResourcesOf([definition({ schema })]), TypeError);
});
