/**
 * Contract: status is a subresource, generation counts what people asked for, and built-in kinds have defaults.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import {
  LEASE,
  NAMESPACE,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  STORAGE_CLASS,
} from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused, assertRejected } from "./expectations.ts";
import { claim, lease, pod, policy, STORAGE_POLICY } from "./manifests.ts";

const STATUS = { managedClusters: 3 };

function merge(body: JsonObject): { readonly type: "merge"; readonly body: JsonObject } {
  return { type: "merge", body };
}

/** Clauses about the status subresource. */
export const STATUS_CASES: readonly ContractCase[] = [
  {
    name: "the status of a new object is dropped",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, { ...policy("one"), status: STATUS }, {
        namespace,
      });
      assert.equal(made["status"], undefined);
    },
  },
  {
    name: "a patch of the object leaves the status, a patch of the status the object",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "one" };
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const both = merge({ spec: { dryRun: true }, status: STATUS });
      const main = await api.patch(STORAGE_POLICY, name, both);
      assert.deepEqual([main["spec"], main["status"]], [{ dryRun: true }, undefined]);
      const other = merge({
        metadata: { labels: { tier: "a" } },
        spec: { dryRun: false },
        status: STATUS,
      });
      const status = await api.patch(STORAGE_POLICY, name, other, { subresource: "status" });
      assert.deepEqual([status["spec"], status["status"]], [{ dryRun: true }, STATUS]);
      assert.equal(at(status, "metadata", "labels"), undefined);
    },
  },
  {
    name: "a replacement of the object keeps its status",
    async run({ api, namespace, setStatus }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const { metadata } = await setStatus(STORAGE_POLICY, "one", STATUS);
      const resourceVersion = textAt(metadata, "resourceVersion");
      const replaced = await api.replace(
        STORAGE_POLICY,
        { namespace, name: "one" },
        policy("one", { dryRun: true }, { resourceVersion }),
      );
      assert.deepEqual([replaced["spec"], replaced["status"]], [{ dryRun: true }, STATUS]);
    },
  },
  {
    name: "generation counts changes of the spec alone",
    async run({ api, namespace, setStatus }): Promise<void> {
      const name = { namespace, name: "one" };
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const generations = [
        await api.patch(STORAGE_POLICY, name, merge({ metadata: { labels: { tier: "a" } } })),
        await setStatus(STORAGE_POLICY, "one", STATUS),
        await api.patch(STORAGE_POLICY, name, merge({ spec: { dryRun: true } })),
        await api.patch(STORAGE_POLICY, name, merge({ spec: { dryRun: true } })),
        await api.patch(STORAGE_POLICY, name, merge({ spec: { dryRun: false } })),
      ].map((object) => at(object, "metadata", "generation"));
      assert.deepEqual(generations, [1, 1, 2, 2, 3]);
    },
  },
  {
    name: "a status is replaced under the present resourceVersion",
    async run({ api, namespace, setStatus }): Promise<void> {
      const name = { namespace, name: "one" };
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const second = await setStatus(STORAGE_POLICY, "one", STATUS);
      const status = { managedClusters: 4 };
      const subresource = "status";
      await assertRejected(
        api.replace(STORAGE_POLICY, name, { ...made, status }, { subresource }),
        { code: 409, reason: "Conflict" },
      );
      const third = await api.replace(STORAGE_POLICY, name, { ...second, status }, { subresource });
      assert.deepEqual(third["status"], status);
    },
  },
  {
    name: "the status subresource is read like the object",
    async run({ api, namespace, request, path }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      assert.deepEqual(
        assertDone(await request("GET", path(STORAGE_POLICY, "one", "status"))),
        made,
      );
    },
  },
  {
    name: "a status is validated",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const answer = await request("PATCH", path(STORAGE_POLICY, "one", "status"), {
        headers: { "content-type": "application/merge-patch+json" },
        body: { status: { managedClusters: -1 } },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "status.managedClusters"]],
      });
    },
  },
  {
    name: "a Lease has no status subresource",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(LEASE, lease("one", "me"), { namespace });
      const answer = await request("PATCH", path(LEASE, "one", "status"), {
        headers: { "content-type": "application/merge-patch+json" },
        body: { status: {} },
      });
      assert.equal(answer.status, 404);
    },
  },
  {
    name: "built-in kinds begin with a status of their own: claims and pods are Pending",
    async run({ api, namespace }): Promise<void> {
      const bound = { ...claim("one", "1Gi"), status: { phase: "Bound" } };
      const made = await api.create(PERSISTENT_VOLUME_CLAIM, bound, { namespace });
      assert.deepEqual(made["status"], { phase: "Pending" });
      assert.equal(at(made, "spec", "volumeMode"), "Filesystem");
      const running = { ...pod("one"), status: { phase: "Running" } };
      const created = await api.create(POD, running, { namespace });
      assert.equal(at(created, "status", "phase"), "Pending");
    },
  },
  {
    name: "a class deletes volumes and binds them at once unless it says otherwise",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(STORAGE_CLASS, {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: `${namespace}-plain` },
        provisioner: "contract.test",
      });
      assert.equal(made["reclaimPolicy"], "Delete");
      assert.equal(made["volumeBindingMode"], "Immediate");
      assert.equal(made["allowVolumeExpansion"], undefined);
    },
  },
  {
    name: "a namespace is active and labelled with its name",
    async run({ api, namespace }): Promise<void> {
      const found = await api.get(NAMESPACE, { name: namespace });
      assert.equal(at(found, "status", "phase"), "Active");
      assert.equal(at(found, "metadata", "labels", "kubernetes.io/metadata.name"), namespace);
    },
  },
  {
    name: "a patch of a claim's status leaves its request",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "one" };
      await api.create(PERSISTENT_VOLUME_CLAIM, claim("one", "1Gi"), { namespace });
      const body = {
        spec: { resources: { requests: { storage: "9Gi" } } },
        status: { phase: "Bound", capacity: { storage: "1Gi" } },
      };
      const patched = await api.patch(PERSISTENT_VOLUME_CLAIM, name, merge(body), {
        subresource: "status",
      });
      assert.equal(at(patched, "spec", "resources", "requests", "storage"), "1Gi");
      assert.equal(at(patched, "status", "capacity", "storage"), "1Gi");
      const unchanged = await api.patch(
        PERSISTENT_VOLUME_CLAIM,
        name,
        merge({ status: { phase: "Lost" } }),
      );
      assert.equal(at(unchanged, "status", "phase"), "Bound");
    },
  },
];
