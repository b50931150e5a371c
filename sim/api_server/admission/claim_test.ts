import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../../kube/resources.ts";
import { claim, refusal } from "./testing/refusal.ts";

const IMMUTABLE =
  "spec: Forbidden: spec is immutable after creation except resources.requests and " +
  "volumeAttributesClassName for bound claims";
const TOO_SMALL = "spec.resources.requests.storage: Forbidden: field can not be less than " +
  "status.capacity";
const NOT_RESIZABLE =
  'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc ' +
  "can be resized and the storageclass that provisions the pvc must support resize";

const INVALID_CLAIM = '422 Invalid: PersistentVolumeClaim "data" is invalid: ';

const CLAIM_CREATIONS: readonly (readonly [string, JsonObject, string])[] = [
  ["lets a complete claim pass", claim({ phase: "Pending" }), ""],
  [
    "wants an access mode",
    claim({ spec: { accessModes: [] } }),
    `${INVALID_CLAIM}spec.accessModes: Required value: at least 1 access mode is required`,
  ],
  [
    "wants known modes",
    claim({ spec: { accessModes: ["Foo"], volumeMode: "Bar" } }),
    `${INVALID_CLAIM}[spec.accessModes: Unsupported value: "Foo": supported values: "ReadOnlyMany", ` +
    '"ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod", spec.volumeMode: Unsupported value: ' +
    '"Bar": supported values: "Block", "Filesystem"]',
  ],
  [
    "wants a size",
    claim({ spec: { resources: {} } }),
    `${INVALID_CLAIM}spec.resources[storage]: Required value`,
  ],
  [
    "wants a size above zero",
    claim({ size: "0" }),
    `${INVALID_CLAIM}spec.resources[storage]: Invalid value: "0": must be greater than zero`,
  ],
  [
    "wants a size that can be read",
    claim({ size: "much" }),
    '400 BadRequest: PersistentVolumeClaim in version "v1" cannot be handled as a PersistentVolumeClaim: ' +
    "quantities must match the regular expression " +
    "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
];

for (const [what, object, text] of CLAIM_CREATIONS) {
  Deno.test(`admissions() ${what}`, () => {
    assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", { object }), text);
  });
}

const CLAIM_CHANGES: readonly (readonly [string, JsonObject, JsonObject, string])[] = [
  ["lets a claim grow", claim({ size: "20Gi" }), claim(), ""],
  ["lets a request fall above the capacity", claim({ size: "6Gi" }), claim(), ""],
  ["lets the same size be said otherwise", claim({ size: "10240Mi" }), claim(), ""],
  ["lets annotations change", claim({ metadata: { annotations: { a: "b" } } }), claim(), ""],
  [
    "refuses a request at the capacity",
    claim({ size: "5Gi" }),
    claim(),
    `${INVALID_CLAIM}${TOO_SMALL}`,
  ],
  [
    "refuses a request below the capacity",
    claim({ size: "1Gi" }),
    claim(),
    `${INVALID_CLAIM}${TOO_SMALL}`,
  ],
  [
    "refuses another volume",
    claim({ spec: { volumeName: "other" } }),
    claim(),
    `${INVALID_CLAIM}${IMMUTABLE}`,
  ],
  ["lets a volume be assigned once", claim(), claim({ spec: { volumeName: "" } }), ""],
  [
    "lets a class be assigned once",
    claim({ spec: { storageClassName: "grows" } }),
    claim({ spec: { storageClassName: undefined } }),
    "",
  ],
  ["refuses another class", claim({ className: "fixed" }), claim(), `${INVALID_CLAIM}${IMMUTABLE}`],
  [
    "refuses another volume mode",
    claim({ spec: { volumeMode: "Block" } }),
    claim(),
    `${INVALID_CLAIM}[${IMMUTABLE}, volumeMode: Invalid value: "Block": field is immutable]`,
  ],
  [
    "refuses the growth of an unbound claim as a change of its spec",
    claim({ size: "20Gi", phase: "Pending" }),
    claim({ phase: "Pending" }),
    `${INVALID_CLAIM}${IMMUTABLE}`,
  ],
  [
    "refuses growth where the claim becomes bound by the same write",
    claim({ size: "20Gi" }),
    claim({ phase: "Pending" }),
    '403 Forbidden: persistentvolumeclaims "data" is forbidden: Only bound persistent volume claims ' +
    "can be expanded",
  ],
  [
    "refuses growth where the class does not allow it",
    claim({ size: "20Gi", className: "fixed" }),
    claim({ className: "fixed" }),
    `403 Forbidden: ${NOT_RESIZABLE}`,
  ],
  [
    "refuses growth where the class is gone",
    claim({ size: "20Gi", className: "gone" }),
    claim({ className: "gone" }),
    `403 Forbidden: ${NOT_RESIZABLE}`,
  ],
  [
    "refuses growth where there is no class",
    claim({ size: "20Gi", className: "" }),
    claim({ className: "" }),
    `403 Forbidden: ${NOT_RESIZABLE}`,
  ],
  [
    "looks for the class in the old annotation first",
    claim({
      size: "20Gi",
      className: "fixed",
      metadata: { annotations: { "volume.beta.kubernetes.io/storage-class": "grows" } },
    }),
    claim({
      className: "fixed",
      metadata: { annotations: { "volume.beta.kubernetes.io/storage-class": "grows" } },
    }),
    "",
  ],
];

for (const [what, object, previous, text] of CLAIM_CHANGES) {
  Deno.test(`admissions() ${what}`, () => {
    assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", { object, previous }), text);
  });
}

Deno.test("admissions() leaves the status of a claim and other kinds alone", () => {
  const small = { object: claim({ size: "1Gi" }), previous: claim() };
  assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", { ...small, subresource: "status" }), "");
  assert.equal(refusal(POD, "data", small), "");
});
