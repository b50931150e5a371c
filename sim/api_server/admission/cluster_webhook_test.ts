import assert from "node:assert/strict";
import type { JsonObject, Resource } from "../../../kube/api.ts";
import { refusal } from "./testing/refusal.ts";

const CLUSTER: Resource = {
  group: "postgresql.cnpg.io",
  version: "v1",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};

const CLUSTER_BEFORE = {
  storage: { size: "10Gi" },
  walStorage: { size: "2Gi" },
  tablespaces: [{ name: "a", storage: { size: "3Gi" } }],
};
const DENIED = '422 Invalid: admission webhook "vcluster.cnpg.io" denied the request: ';
const DENIED_UPDATE = `${DENIED}Cluster.cluster.cnpg.io "main" is invalid: `;

const CLUSTER_CHANGES: readonly (readonly [string, JsonObject, string])[] = [
  ["lets storage grow", { storage: { size: "20Gi" } }, ""],
  ["lets the same size be said otherwise", { storage: { size: "10240Mi" } }, ""],
  [
    "refuses storage that shrinks",
    { storage: { size: "5120Mi" } },
    'spec.storage: Invalid value: "5Gi": can\'t shrink existing storage from 10Gi to 5Gi',
  ],
  [
    "reads the size from the template of the claim",
    { storage: { pvcTemplate: { resources: { requests: { storage: "1Gi" } } } } },
    'spec.storage: Invalid value: "1Gi": can\'t shrink existing storage from 10Gi to 1Gi',
  ],
  [
    "refuses WAL storage that shrinks",
    { walStorage: { size: "1Gi" } },
    'spec.walStorage: Invalid value: "1Gi": can\'t shrink existing storage from 2Gi to 1Gi',
  ],
  [
    "refuses WAL storage that goes away",
    { walStorage: undefined },
    "spec.walStorage: Invalid value: null: walStorage cannot be disabled once configured",
  ],
  [
    "refuses a tablespace that shrinks, wherever it stands",
    {
      tablespaces: [
        { name: "b", storage: { size: "1Gi" } },
        { name: "a", storage: { size: "1Gi" } },
      ],
    },
    'spec.tablespaces[0]: Invalid value: "1Gi": can\'t shrink existing storage from 3Gi to 1Gi',
  ],
  [
    "refuses a tablespace that goes away",
    { tablespaces: [] },
    "spec.tablespaces[0]: Invalid value: []: no tablespace can be deleted once created",
  ],
  [
    "refuses tablespaces that go away",
    { tablespaces: undefined },
    "spec.tablespaces: Invalid value: null: tablespaces section cannot be deleted once created",
  ],
  [
    "refuses a size that cannot be read",
    { storage: { size: "much" } },
    'spec.storage.size: Invalid value: "much": Size value isn\'t valid',
  ],
];

for (const [what, change, text] of CLUSTER_CHANGES) {
  Deno.test(`admissions() ${what} in a Cluster`, () => {
    const metadata = { name: "main", namespace: "db" };
    const previous = { metadata, spec: CLUSTER_BEFORE };
    const object = { metadata, spec: { ...CLUSTER_BEFORE, ...change } };
    assert.equal(
      refusal(CLUSTER, "main", { object, previous }),
      text === "" ? "" : `${DENIED_UPDATE}${text}`,
    );
    const unchecked = { ...metadata, annotations: { "cnpg.io/validation": "disabled" } };
    const bypass = { object: { ...object, metadata: unchecked }, previous };
    assert.equal(refusal(CLUSTER, "main", bypass), "", "validation is switched off");
    assert.equal(refusal(CLUSTER, "main", { object, previous, subresource: "status" }), "");
  });
}

Deno.test("admissions() wants a new Cluster to have a size and a short name that is a label", () => {
  const name = `main.${"x".repeat(50)}`;
  assert.equal(
    refusal(CLUSTER, name, { object: { metadata: { name }, spec: {} } }),
    `${DENIED}Cluster.postgresql.cnpg.io "${name}" is invalid: [spec.storage.size: Invalid value: "": ` +
      "Size not configured. Please add it, or a storage request in the pvcTemplate., metadata.name: " +
      `Invalid value: "${name}": cluster name must be a valid DNS label, metadata.name: Invalid ` +
      `value: "${name}": the maximum length of a cluster name is 50 characters]`,
  );
});
