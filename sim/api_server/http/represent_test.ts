import assert from "node:assert/strict";

import type { JsonObject } from "../../../kube/api.ts";
import type { PrinterColumn, ServedResource } from "../api_server.ts";
import { createRepresenter, type Representer } from "./represent.ts";
import type { Representation } from "./negotiate.ts";

const NOW_MS = Date.parse("2026-01-02T00:00:00Z");

function column(name: string, type: string): PrinterColumn {
  return { name, type, jsonPath: `.spec.${name}`, priority: 0 };
}

function served(printerColumns: readonly PrinterColumn[], plural = "things"): ServedResource {
  return {
    resource: { group: "example.com", version: "v1", kind: "Thing", plural, namespaced: true },
    singular: "thing",
    shortNames: [],
    categories: [],
    hasStatus: false,
    countsGenerations: false,
    printerColumns,
  };
}

function represent(form: Representation, query = "", kind = served([])): Representer {
  return createRepresenter(kind, form, new URLSearchParams(query), () => NOW_MS);
}

function thing(spec: unknown = {}): JsonObject {
  const metadata = { name: "x", creationTimestamp: "2026-01-01T00:00:00Z", resourceVersion: "5" };
  return { kind: "Thing", apiVersion: "example.com/v1", metadata, spec };
}

function rowsOf(table: JsonObject): readonly JsonObject[] {
  assert.ok(Array.isArray(table["rows"]));
  return table["rows"];
}

function cells(spec: unknown, ...columns: readonly PrinterColumn[]): unknown {
  return rowsOf(represent("table", "", served(columns)).object(thing(spec)))[0]?.["cells"];
}

Deno.test("createRepresenter() lists objects with their kind, version and way on", () => {
  const list = represent("object").list({ items: [thing()], resourceVersion: "7", continue: "c" });
  assert.deepEqual(list, {
    kind: "ThingList",
    apiVersion: "example.com/v1",
    metadata: { resourceVersion: "7", continue: "c" },
    items: [thing()],
  });
});

Deno.test("createRepresenter() reduces objects, lists and events to metadata", () => {
  const representer = represent("metadata");
  const partial = {
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    metadata: thing()["metadata"],
  };
  assert.deepEqual(representer.object(thing()), partial);
  const list = representer.list({ items: [thing()], resourceVersion: "7" });
  assert.equal(list["kind"], "PartialObjectMetadataList");
  assert.deepEqual(list["items"], [partial]);
  const event = representer.event({ type: "ADDED", object: thing() });
  assert.deepEqual(event, { type: "ADDED", object: partial });
});

Deno.test("createRepresenter() names the columns in the first event of a watch alone", () => {
  const representer = represent("table");
  const [first, second] = [thing(), thing()].map((object) =>
    representer.event({ type: "ADDED", object }).object
  );
  assert.equal(JSON.stringify(first?.["columnDefinitions"]).includes('"Age"'), true);
  assert.deepEqual(second?.["columnDefinitions"], []);
  assert.deepEqual(second?.["metadata"], { resourceVersion: "5" });
});

Deno.test("createRepresenter() leaves the Status of an error as it is", () => {
  const error = { type: "ERROR", object: { kind: "Status", code: 410 } } as const;
  assert.deepEqual(represent("table").event(error), error);
  assert.deepEqual(represent("metadata").event(error), error);
});

Deno.test("createRepresenter() shows name and age of kinds without columns", () => {
  const table = represent("table").list({ items: [thing()], resourceVersion: "7" });
  assert.equal(table["kind"], "Table");
  assert.deepEqual(rowsOf(table)[0]?.["cells"], ["x", "24h"]);
});

const includes: readonly (readonly [string, unknown])[] = [
  ["", "PartialObjectMetadata"],
  ["includeObject=Metadata", "PartialObjectMetadata"],
  ["includeObject=Object", "Thing"],
  ["includeObject=None", undefined],
];
for (const [query, kind] of includes) {
  Deno.test(`createRepresenter() accompanies rows as ${JSON.stringify(query)} asks`, () => {
    const object = rowsOf(represent("table", query).object(thing()))[0]?.["object"];
    const found = typeof object === "object" && object !== null && "kind" in object
      ? object.kind
      : undefined;
    assert.equal(found, kind);
  });
}

const cellTable: readonly (readonly [string, unknown, unknown])[] = [
  ["string", "text", "text"],
  ["string", 5, "5"],
  ["string", true, "true"],
  ["string", { a: 1 }, '{"a":1}'],
  ["string", null, null],
  ["integer", 5.7, 5],
  ["integer", "5", null],
  ["number", 5.7, 5.7],
  ["number", "5.7", null],
  ["boolean", false, false],
  ["boolean", "false", null],
  ["date", "2026-01-01T23:59:00Z", "60s"],
  ["date", "soon", "<invalid>"],
  ["date", 5, null],
  ["other", "x", null],
];
for (const [type, value, expected] of cellTable) {
  Deno.test(`createRepresenter() shows ${JSON.stringify(value)} as ${expected} in a ${type} column`, () => {
    assert.deepEqual(cells({ a: value }, column("a", type)), ["x", expected]);
  });
}

const builtins: readonly (readonly [string, JsonObject, string])[] = [
  ["pods", {
    spec: { containers: [{}, {}], nodeName: "n" },
    status: {
      phase: "Running",
      podIP: "10.0.0.1",
      containerStatuses: [
        { ready: true, restartCount: 2 },
        { ready: false, restartCount: 1, state: { waiting: { reason: "CrashLoopBackOff" } } },
      ],
    },
  }, "x|1/2|CrashLoopBackOff|3|24h|10.0.0.1|n"],
  ["pods", { status: { phase: "Pending" } }, "x|0/0|Pending|0|24h|<none>|<none>"],
  ["persistentvolumes", {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce", "Odd"],
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { namespace: "a", name: "c" },
      storageClassName: "fast",
    },
    status: { phase: "Bound" },
  }, "x|1Gi|RWO,Odd|Delete|Bound|a/c|fast|24h"],
  ["persistentvolumes", { status: { phase: "Available" } }, "x||||Available|||24h"],
  [
    "storageclasses",
    { provisioner: "p", allowVolumeExpansion: true },
    "x|p|Delete|Immediate|true|24h",
  ],
  ["namespaces", {}, "x|Active|24h"],
  ["nodes", { status: { conditions: [{ type: "Ready", status: "False" }] } }, "x|NotReady|24h|"],
  ["nodes", {}, "x|Ready|24h|"],
  ["leases", { spec: { holderIdentity: "me" } }, "x|me|24h"],
  ["events", {
    type: "Normal",
    reason: "Resized",
    note: "done",
    regarding: { kind: "Pod", name: "p" },
    eventTime: "2026-01-01T23:59:00Z",
  }, "x|60s|Normal|Resized|pod/p|done"],
  ["events", { type: "Normal", reason: "R", message: "m" }, "x|24h|Normal|R||m"],
];
for (const [plural, object, expected] of builtins) {
  Deno.test(`createRepresenter() shows ${plural} as ${expected}`, () => {
    const representer = represent("table", "", served([], plural));
    const row = rowsOf(representer.object({ ...thing(), ...object }))[0];
    assert.ok(Array.isArray(row?.["cells"]));
    assert.equal(row["cells"].join("|"), expected);
  });
}

for (const plural of ["pods", "persistentvolumeclaims", "persistentvolumes"]) {
  Deno.test(`createRepresenter() shows that one of ${plural} terminates`, () => {
    const metadata = { name: "x", deletionTimestamp: "2026-01-01T00:00:00Z" };
    const representer = represent("table", "", served([], plural));
    const row = rowsOf(representer.object({ metadata, status: { phase: "Running" } }))[0];
    assert.ok(Array.isArray(row?.["cells"]) && row["cells"].includes("Terminating"));
  });
}
