/**
 * Contract: how objects go, and what a dry run leaves behind.
 *
 * Claims are not deleted here: a controller holds them by a finalizer while pods use them, and a bare API server
 * has none.
 *
 * @module
 */

import assert from "node:assert/strict";
import { SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused, assertRejected } from "./expectations.ts";
import { policy, secret, STORAGE_POLICY } from "./manifests.ts";

const NOT_FOUND = { code: 404, reason: "NotFound" } as const;

/** Clauses about deletion and dry runs. */
export const DELETION_CASES: readonly ContractCase[] = [
  {
    name: "a deletion is answered with a Status that names what went",
    async run({ api, namespace, request, path }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const answer = await request("DELETE", path(STORAGE_POLICY, "one"));
      const { kind, status, details } = assertDone(answer);
      assert.deepEqual({ kind, status, details }, {
        kind: "Status",
        status: "Success",
        details: {
          name: "one",
          group: "cnpg.supporttools.io",
          kind: "storagepolicies",
          uid: textAt(made, "metadata", "uid"),
        },
      });
      await assertRejected(api.get(STORAGE_POLICY, { namespace, name: "one" }), NOT_FOUND);
    },
  },
  {
    name: "a deletion names the uid and the resourceVersion that it means",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(SECRET, secret("one"), { namespace });
      const name = { namespace, name: "one" };
      const conflict = { code: 409, reason: "Conflict" };
      const uid = textAt(made, "metadata", "uid");
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      await assertRejected(
        api.delete(SECRET, name, { uid: "11111111-1111-1111-1111-111111111111" }),
        { ...conflict, message: /UID/ },
      );
      await assertRejected(
        api.delete(SECRET, name, { resourceVersion: "1" }),
        { ...conflict, message: /ResourceVersion/ },
      );
      await api.delete(SECRET, name, { uid, resourceVersion });
      await assertRejected(api.get(SECRET, name), NOT_FOUND);
    },
  },
  {
    name: "an object with finalizers is marked, and goes with the last of them",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "one" };
      const finalizers = ["contract.test/keep"];
      const made = await api.create(STORAGE_POLICY, policy("one", {}, { finalizers }), {
        namespace,
      });
      await api.delete(STORAGE_POLICY, name);
      const marked = await api.get(STORAGE_POLICY, name);
      assert.notEqual(textAt(marked, "metadata", "deletionTimestamp"), "");
      assert.equal(at(marked, "metadata", "deletionGracePeriodSeconds"), 0);
      assert.equal(textAt(marked, "metadata", "uid"), textAt(made, "metadata", "uid"));
      assert.equal(at(marked, "metadata", "generation"), 2);
      await api.patch(STORAGE_POLICY, name, {
        type: "merge",
        body: { metadata: { finalizers: null } },
      });
      await assertRejected(api.get(STORAGE_POLICY, name), NOT_FOUND);
    },
  },
  {
    name: "an object that is being deleted takes no further finalizer",
    async run({ api, namespace, request, path }): Promise<void> {
      const finalizers = ["contract.test/keep"];
      await api.create(STORAGE_POLICY, policy("one", {}, { finalizers }), { namespace });
      await api.delete(STORAGE_POLICY, { namespace, name: "one" });
      const answer = await request("PATCH", path(STORAGE_POLICY, "one"), {
        headers: { "content-type": "application/merge-patch+json" },
        body: { metadata: { finalizers: [...finalizers, "contract.test/more"] } },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueForbidden", "metadata.finalizers"]],
      });
    },
  },
  {
    name: "a name that is free again gets another uid",
    async run({ api, namespace }): Promise<void> {
      const first = await api.create(SECRET, secret("one"), { namespace });
      await api.delete(SECRET, { namespace, name: "one" });
      const second = await api.create(SECRET, secret("one"), { namespace });
      assert.notEqual(textAt(first, "metadata", "uid"), textAt(second, "metadata", "uid"));
    },
  },
  {
    name: "a dry run answers as if it had happened, and stores nothing",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "one" };
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace, dryRun: true });
      assert.notEqual(textAt(made, "metadata", "uid"), "");
      await assertRejected(api.get(STORAGE_POLICY, name), NOT_FOUND);
      const stored = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const patched = await api.patch(STORAGE_POLICY, name, {
        type: "merge",
        body: { spec: { dryRun: true } },
      }, { dryRun: true });
      assert.equal(at(patched, "spec", "dryRun"), true);
      assert.deepEqual(await api.get(STORAGE_POLICY, name), stored);
    },
  },
  {
    name: "a dry run of a deletion deletes nothing",
    async run({ api, namespace, request, path }): Promise<void> {
      const stored = await api.create(SECRET, secret("one"), { namespace });
      assertDone(await request("DELETE", path(SECRET, "one"), { search: { dryRun: "All" } }));
      assert.deepEqual(await api.get(SECRET, { namespace, name: "one" }), stored);
    },
  },
  {
    name: "a dry run is validated like the real thing",
    async run({ api, namespace }): Promise<void> {
      const bad = policy("one", { thresholds: { warning: 0 } });
      await assertRejected(
        api.create(STORAGE_POLICY, bad, { namespace, dryRun: true }),
        { code: 422, reason: "Invalid" },
      );
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      await assertRejected(
        api.create(STORAGE_POLICY, policy("one"), { namespace, dryRun: true }),
        { code: 409, reason: "AlreadyExists" },
      );
    },
  },
  {
    name: "a dry run is All or nothing",
    async run({ request, path }): Promise<void> {
      const answer = await request("POST", path(SECRET), {
        body: secret("one"),
        search: { dryRun: "Some" },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueNotSupported", "dryRun"]],
      });
    },
  },
];
