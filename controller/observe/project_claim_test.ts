import assert from "node:assert/strict";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { type ClaimFields, claimObject } from "../testing/builders.ts";
import { type ClaimRecord, projectClaim } from "./project_claim.ts";

const TABLE: Readonly<Record<string, readonly [ClaimFields, Partial<ClaimRecord>]>> = {
  "the data volume": [{}, {
    role: "data",
    instance: "orders-1",
    clusterName: "orders",
    requestBytes: bytes(10 * GIBIBYTE),
    capacityBytes: bytes(10 * GIBIBYTE),
    storageClassName: "fast",
    phase: "Bound",
    volumeMode: "Filesystem",
    resizeStatus: "none",
  }],
  "the WAL volume": [{ role: "wal" }, { role: "wal", name: "orders-1-wal" }],
  "a tablespace by its label": [{ role: "tbs:Hot_Data", name: "orders-1-tbs-hot-data" }, {
    role: "tbs:Hot_Data",
  }],
  "a role that we do not know": [{ labels: { "cnpg.io/pvcRole": "PG_MAGIC" } }, {
    role: undefined,
  }],
  "no capacity yet": [{ capacity: null, phase: "Pending" }, {
    capacityBytes: undefined,
    phase: "Pending",
  }],
  "a capacity of zero": [{ capacity: "0" }, { capacityBytes: undefined }],
  "an odd phase": [{ phase: "Dreaming" }, { phase: "Unknown" }],
  "a volume of a mode that is not known": [
    { spec: { volumeMode: "Object" } },
    { volumeMode: "Block" },
  ],
  "a block volume": [{ spec: { volumeMode: "Block" } }, { volumeMode: "Block" }],
  "no class": [{ storageClass: null }, { storageClassName: undefined }],
  "a request as a number": [{ spec: { resources: { requests: { storage: 1073741824 } } } }, {
    requestBytes: bytes(GIBIBYTE),
  }],
  "a resize under way": [
    {
      resizeStatus: "NodeResizePending",
      conditions: { FileSystemResizePending: "waiting" },
      status: { allocatedResources: { storage: "20Gi" } },
    },
    {
      resizeStatus: "NodeResizePending",
      allocatedBytes: bytes(20 * GIBIBYTE),
      resizeConditions: {
        resizing: false,
        fileSystemResizePending: true,
        controllerError: undefined,
        nodeError: undefined,
      },
    },
  ],
  "a refused resize in the words of Kubernetes 1.30": [
    { resizeStatus: "ControllerResizeFailed", conditions: { ControllerResizeError: "quota" } },
    {
      resizeStatus: "ControllerResizeInfeasible",
      resizeConditions: {
        resizing: false,
        fileSystemResizePending: false,
        controllerError: "quota",
        nodeError: undefined,
      },
    },
  ],
  "a resize status of the future": [{ resizeStatus: "toString" }, { resizeStatus: "other" }],
  "an error without words": [{ conditions: { NodeResizeError: "", Resizing: "" } }, {
    resizeConditions: {
      resizing: true,
      fileSystemResizePending: false,
      controllerError: undefined,
      nodeError: "NodeResizeError",
    },
  }],
};

for (const [what, [fields, expected]] of Object.entries(TABLE)) {
  Deno.test(`projectClaim() reads ${what}`, () => {
    const claim = projectClaim(claimObject(fields));
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(Reflect.get(claim, key), value, key);
    }
  });
}

Deno.test("projectClaim() leaves out conditions that are not true", () => {
  const conditions = [{ type: "Resizing", status: "False" }, "odd", { type: "NodeResizeError" }];
  const claim = projectClaim(claimObject({ status: { conditions } }));
  assert.equal(claim.resizeConditions.resizing, false);
  assert.equal(claim.resizeConditions.nodeError, undefined);
});

Deno.test("projectClaim() throws with name and path when the request cannot be read", () => {
  assert.throws(
    () => projectClaim(claimObject({ request: "much" })),
    /PersistentVolumeClaim shop\/orders-1: .*spec\.resources\.requests\.storage/,
  );
});
