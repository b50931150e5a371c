import assert from "node:assert/strict";

import { ApiError, type JsonObject } from "../../kube/api.ts";
import type { AuditRecord } from "../../sim/mod.ts";
import { OPERATOR_USER } from "../../sim/operator/names.ts";
import { subjectOf } from "./subject.ts";
import { tellRequest } from "./tell_request.ts";

const MANAGER = "manager";

function record(plural: string, changes: Partial<AuditRecord>): AuditRecord {
  return {
    atMs: 0,
    user: MANAGER,
    verb: "patch",
    resource: { group: "", version: "v1", kind: "", plural, namespaced: true },
    name: { namespace: "shop", name: "orders" },
    dryRun: false,
    ...changes,
  };
}

function claim(request: string, capacity: string, state?: string): JsonObject {
  return {
    metadata: { name: "orders-1", labels: { "cnpg.io/cluster": "orders" } },
    spec: { resources: { requests: { storage: request } } },
    status: {
      capacity: { storage: capacity },
      ...(state === undefined ? {} : { allocatedResourceStatuses: { storage: state } }),
    },
  };
}

function event(reason: string, note: string, type = "Warning"): JsonObject {
  return { reason, note, type, regarding: { kind: "Cluster", name: "orders" } };
}

const CASES: readonly (readonly [what: string, record: AuditRecord, text: string | undefined])[] = [
  [
    "a request for more",
    record("persistentvolumeclaims", {
      before: claim("10Gi", "10Gi"),
      after: claim("15Gi", "10Gi"),
    }),
    "asks for 15 GiB for orders-1 instead of 10 GiB",
  ],
  [
    "a request that is taken back",
    record("persistentvolumeclaims", {
      before: claim("15Gi", "10Gi"),
      after: claim("10737418241", "10Gi"),
    }),
    "takes the request for orders-1 back from 15 GiB to 10 GiB and 1 byte, the least that Kubernetes accepts",
  ],
  [
    "a request that is lowered to a size of its own",
    record("persistentvolumeclaims", {
      before: claim("15Gi", "10Gi"),
      after: claim("12Gi", "10Gi"),
    }),
    "takes the request for orders-1 back from 15 GiB to 12 GiB",
  ],
  [
    "a volume that has grown to more than was asked for",
    record("persistentvolumeclaims", {
      user: "resizer",
      before: claim("10737418241", "10Gi"),
      after: claim("10737418241", "11Gi"),
    }),
    "orders-1 has 11 GiB, rounded up by the provider, mounted all the while",
  ],
  [
    "a volume that has grown",
    record("persistentvolumeclaims", {
      user: "resizer",
      before: claim("15Gi", "10Gi"),
      after: claim("15Gi", "15Gi"),
    }),
    "orders-1 has 15 GiB, mounted all the while",
  ],
  [
    "a size that the provider refuses",
    record("persistentvolumeclaims", {
      user: "resizer",
      before: claim("15Gi", "10Gi", "ControllerResizeInProgress"),
      after: claim("15Gi", "10Gi", "ControllerResizeInfeasible"),
    }),
    "orders-1 cannot have 15 GiB: the provider refuses",
  ],
  [
    "a claim that is new",
    record("persistentvolumeclaims", { user: "provisioner", after: claim("10Gi", "10Gi") }),
    undefined,
  ],
  [
    "the size in the spec",
    record("clusters", {
      before: { spec: { storage: { size: "10Gi" } } },
      after: { spec: { storage: { size: "15Gi" } } },
    }),
    "declares 15 GiB in the Cluster's spec",
  ],
  [
    "an annotation of a Cluster",
    record("clusters", {
      before: { spec: { storage: { size: "10Gi" } } },
      after: { spec: { storage: { size: "10Gi" } } },
    }),
    undefined,
  ],
  [
    "a phase of a Cluster",
    record("clusters", {
      user: OPERATOR_USER,
      before: { status: { phase: "Cluster in healthy state" } },
      after: { status: { phase: "Not enough disk space" } },
    }),
    "Not enough disk space",
  ],
  [
    "the first phase of a Cluster",
    record("clusters", {
      user: OPERATOR_USER,
      before: {},
      after: { status: { phase: "Cluster in healthy state" } },
    }),
    undefined,
  ],
  [
    "an Event, without the name of a StorageEvent",
    record("events", { after: event("AboveExpansion", "85.1 % is a lot (StorageEvent a-b-1)") }),
    "85.1 % is a lot",
  ],
  ["an Event that repeats", record("events", { after: event("Nudged", "Annotated") }), undefined],
  [
    "a rehearsal",
    record("persistentvolumeclaims", {
      dryRun: true,
      before: claim("10Gi", "10Gi"),
      after: claim("15Gi", "10Gi"),
    }),
    undefined,
  ],
  [
    "a refusal",
    record("persistentvolumeclaims", {
      before: claim("10Gi", "10Gi"),
      after: claim("15Gi", "10Gi"),
      error: new ApiError("no", { code: 403, reason: "Forbidden" }),
    }),
    undefined,
  ],
  ["a report of no interest", record("tokenreviews", { after: {} }), undefined],
];

for (const [what, request, text] of CASES) {
  Deno.test(`tellRequest() tells ${what}${text === undefined ? " nothing" : ""}`, () => {
    assert.equal(tellRequest(request, MANAGER)?.text, text);
  });
}

Deno.test("tellRequest() cuts what is too long for a line", () => {
  const text = tellRequest(
    record("events", { after: event("AboveExpansion", "x".repeat(999)) }),
    MANAGER,
  )?.text;
  assert.equal(text?.length, 150);
  assert.equal(text?.endsWith("x…"), true);
});

Deno.test("tellRequest() colours what is good and what is bad", () => {
  const good = record("events", { after: event("ExpansionCompleted", "3/3", "Normal") });
  const bad = record("events", { after: event("ExpansionFailed", "0/3") });
  assert.equal(tellRequest(good, MANAGER)?.tone, "good");
  assert.equal(tellRequest(bad, MANAGER)?.tone, "bad");
});

Deno.test("subjectOf() finds the cluster of every kind of request", () => {
  const spec = { clusterRef: { name: "orders" } };
  assert.equal(subjectOf(record("clusters", {})), "shop/orders");
  assert.equal(subjectOf(record("clusterstorages", {})), "shop/orders");
  assert.equal(
    subjectOf(record("persistentvolumeclaims", { before: claim("1Gi", "1Gi") })),
    "shop/orders",
  );
  assert.equal(subjectOf(record("storageevents", { after: { spec } })), "shop/orders");
  assert.equal(subjectOf(record("events", { after: event("a", "b") })), "shop/orders");
  assert.equal(subjectOf(record("storageclasses", { name: { name: "fast" } })), undefined);
});
