import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { settle } from "../../kube/testing/fake_clock.ts";
import { clusterStorageObject } from "../../lib/cluster_storage/mod.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { clusterObject, FIXTURE, policyObject } from "../testing/builders.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_POLICIES } from "./resources.ts";
import { KEY, startRig } from "./testing/observer_rig.ts";

Deno.test("view() shows the policy that governs, resolved, and follows its changes", async () => {
  await using rig = await startRig();
  assert.deepEqual(rig.view().governance, { kind: "none" });
  rig.dirty();
  rig.policyNews();
  rig.api.put(STORAGE_POLICIES, policyObject({ spec: { thresholds: { warning: 42 } } }));
  await settle();
  assert.deepEqual(rig.dirty(), [KEY]);
  assert.equal(rig.policyNews(), 1);
  const { governance } = rig.view();
  assert.equal(governance.kind === "policy" && governance.policy.settings.thresholds.warning, 42);
  assert.deepEqual(
    rig.observer.policies().map((
      { policy, assignment },
    ) => [policy.name, assignment.managedClusters]),
    [["standard", ["orders"]]],
  );
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({ generation: 2, spec: { excludeClusters: [{ name: "orders" }] } }),
  );
  await settle();
  assert.deepEqual(rig.view().governance, { kind: "excluded", policyName: "standard" });
});

Deno.test("onPoliciesChanged() is not told of a status that we wrote ourselves", async () => {
  await using rig = await startRig();
  rig.api.put(STORAGE_POLICIES, policyObject());
  await settle();
  rig.dirty();
  rig.policyNews();
  const stored = rig.api.put(STORAGE_POLICIES, policyObject({ status: { managedClusters: 1 } }));
  await settle();
  assert.deepEqual(rig.dirty(), []);
  assert.equal(rig.policyNews(), 0);
  assert.equal(rig.observer.policies()[0]?.policy.resourceVersion, versionOf(stored));
});

Deno.test("view() is governed anew when the cluster's labels change", async () => {
  await using rig = await startRig();
  const spec = { selector: { matchLabels: { tier: "gold" } } };
  rig.api.put(STORAGE_POLICIES, policyObject({ spec }));
  await settle();
  assert.deepEqual(rig.view().governance, { kind: "none" });
  rig.api.put(CLUSTERS, clusterObject({ labels: { tier: "gold" } }));
  await settle();
  assert.equal(rig.view().governance.kind, "policy");
});

Deno.test("view() says invalid when layers of policies contradict each other", async () => {
  await using rig = await startRig();
  rig.api.put(STORAGE_POLICIES, policyObject({ spec: { thresholds: { warning: 95 } } }));
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({
      name: "gold",
      spec: {
        selector: { matchLabels: { "cnpg.io/cluster": "orders" } },
        thresholds: { emergency: 90 },
      },
    }),
  );
  await settle();
  const { governance } = rig.view();
  assert.ok(governance.kind === "invalid");
  assert.equal(governance.policyName, "gold");
});

Deno.test("view() leaves the cluster to its incumbent by the ClusterStorage of this very Cluster", async () => {
  const selector = { matchLabels: { "cnpg.io/cluster": "orders" } };
  await using rig = await startRig();
  rig.api.put(STORAGE_POLICIES, policyObject({ name: "older", spec: { selector } }));
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({ name: "younger", createdAt: "2026-01-01T00:00:09Z", spec: { selector } }),
  );
  const status = { policy: { name: "younger" }, firstSeenSizes: { data: "5Gi" } };
  for (const owner of ["an-earlier-cluster", undefined]) {
    rig.api.put(CLUSTER_STORAGES, clusterStorage(owner, status));
    await settle();
    assert.equal(governorOf(rig.view()), "older");
    assert.deepEqual(rig.view().firstSeenSizes, []);
  }
  rig.api.put(CLUSTER_STORAGES, clusterStorage(FIXTURE.clusterUid, status));
  await settle();
  assert.equal(governorOf(rig.view()), "younger");
  assert.equal(rig.observer.clusterStorage(KEY)?.clusterUid, FIXTURE.clusterUid);
  assert.deepEqual(rig.view().firstSeenSizes, [{ role: "data", sizeBytes: 5 * GIBIBYTE }]);
  const conflicts = rig.observer.policies().flatMap(({ assignment }) => assignment.conflicts);
  assert.deepEqual(conflicts, [{ clusterName: "orders", winner: "younger" }]);
});

Deno.test("onDirty() tells of a cluster whose default policy a neighbour's incumbent decides", async () => {
  await using rig = await startRig();
  rig.api.put(CLUSTERS, clusterObject({ name: "billing", uid: "billing-uid" }));
  rig.api.put(STORAGE_POLICIES, policyObject({ name: "older", spec: { selector: {} } }));
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({ name: "younger", createdAt: "2026-01-01T00:00:09Z", spec: { selector: {} } }),
  );
  await settle();
  assert.equal(governorOf(rig.observer.view("shop/billing", millis(0))), "older");
  rig.dirty();
  const status = { policy: { name: "younger" } };
  rig.api.put(CLUSTER_STORAGES, clusterStorage(FIXTURE.clusterUid, status));
  await settle();
  assert.equal(rig.observer.policies().length, 2);
  assert.deepEqual(rig.dirty().toSorted(), ["shop/billing", KEY]);
  assert.equal(governorOf(rig.observer.view("shop/billing", millis(0))), "younger");
});

Deno.test("unreadable() names objects that cannot be read; their last state stays", async () => {
  await using rig = await startRig();
  rig.api.put(CLUSTER_STORAGES, clusterStorage(FIXTURE.clusterUid, { policy: { name: "older" } }));
  await settle();
  const { metadata, ...rest } = clusterStorage(FIXTURE.clusterUid, {});
  const nobodys = Object.assign({}, metadata, { ownerReferences: "nobody's" });
  rig.api.put(CLUSTER_STORAGES, { ...rest, metadata: nobodys });
  await settle();
  assert.deepEqual(rig.observer.unreadable(), [
    { resource: "clusterstorages", key: "shop/orders" },
  ]);
  assert.equal(rig.observer.clusterStorage(KEY)?.status.policy?.name, "older");
});

Deno.test("view() is governed by settings that nobody can read as by none to act by", async () => {
  await using rig = await startRig();
  rig.api.put(STORAGE_POLICIES, policyObject({ name: "fallback" }));
  const selector = { matchLabels: { "cnpg.io/cluster": "orders" } };
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({ name: "own", spec: { selector, dryRun: "perhaps" } }),
  );
  await settle();
  const { governance } = rig.view();
  assert.ok(governance.kind === "invalid");
  assert.equal(governance.policyName, "own");
  assert.match(governance.message, /^Cannot read the StoragePolicy: spec\.dryRun: .* \(own\)$/);
  rig.api.put(STORAGE_POLICIES, policyObject({ name: "own", generation: 2, spec: { selector } }));
  await settle();
  assert.equal(governorOf(rig.view()), "own");
  const unreadable = { thresholds: "none" };
  rig.api.put(
    STORAGE_POLICIES,
    policyObject({ name: "fallback", generation: 2, spec: unreadable }),
  );
  await settle();
  assert.equal(rig.view().governance.kind, "invalid", "what lies beneath counts");
});

function governorOf(view: ClusterView | undefined): string | undefined {
  return view?.governance.kind === "policy" ? view.governance.policyName : undefined;
}

function versionOf(object: JsonObject): unknown {
  return Object.assign({ resourceVersion: "" }, object["metadata"]).resourceVersion;
}

function clusterStorage(clusterUid: string | undefined, status: JsonObject): JsonObject {
  const { metadata, ...object } = clusterStorageObject({
    namespace: "shop",
    name: "orders",
    uid: clusterUid ?? "",
  });
  const ownerReferences = clusterUid === undefined ? [] : metadata.ownerReferences;
  return { ...object, metadata: { ...metadata, ownerReferences, uid: "storage-uid" }, status };
}
