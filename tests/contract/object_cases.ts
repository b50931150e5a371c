/**
 * Contract: how objects are made, read, replaced and deleted.
 *
 * Owner references are not in the contract: collecting what they own is the garbage collector's work, and a
 * bare API server has none.
 *
 * @module
 */

import assert from "node:assert/strict";
import { LEASE, SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused, assertRejected } from "./expectations.ts";
import { lease, policy, secret, STORAGE_POLICY } from "./manifests.ts";

const MISSING_LEASE = { name: "absent", group: "coordination.k8s.io", kind: "leases" };

/** Clauses about single objects. */
export const OBJECT_CASES: readonly ContractCase[] = [
  {
    name: "a created object is answered with 201 and what the server adds to it",
    async run({ request, path, namespace }): Promise<void> {
      const answer = await request("POST", path(STORAGE_POLICY), { body: policy("one") });
      const made = assertDone(answer, 201);
      assert.equal(textAt(made, "metadata", "namespace"), namespace);
      assert.match(textAt(made, "metadata", "uid"), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.match(textAt(made, "metadata", "resourceVersion"), /^[1-9]\d*$/);
      assert.match(
        textAt(made, "metadata", "creationTimestamp"),
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      );
      assert.equal(at(made, "metadata", "generation"), 1);
      assert.deepEqual(made["spec"], {});
    },
  },
  {
    name: "an object that exists cannot be created again",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(LEASE, lease("one", "me"), { namespace });
      assertRefused(await request("POST", path(LEASE), { body: lease("one", "you") }), {
        code: 409,
        reason: "AlreadyExists",
        message: /leases\.coordination\.k8s\.io "one" already exists/,
        details: { name: "one", group: "coordination.k8s.io", kind: "leases" },
      });
      const found = await api.get(LEASE, { namespace, name: "one" });
      assert.equal(textAt(found, "spec", "holderIdentity"), "me");
    },
  },
  ...(["GET", "DELETE"] as const).map((method) => ({
    name: `${method} of an object that does not exist is 404 and names it`,
    async run({ request, path }): Promise<void> {
      assertRefused(await request(method, path(LEASE, "absent")), {
        code: 404,
        reason: "NotFound",
        message: /leases\.coordination\.k8s\.io "absent" not found/,
        details: MISSING_LEASE,
      });
    },
  } satisfies ContractCase)),
  {
    name: "a missing object of the core group is named without a group",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("GET", path(SECRET, "absent")), {
        code: 404,
        reason: "NotFound",
        message: /^secrets "absent" not found$/,
        details: { name: "absent", kind: "secrets" },
      });
    },
  },
  {
    name: "a custom resource that does not exist can neither be patched nor replaced",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "absent" };
      const notFound = { code: 404, reason: "NotFound" };
      await assertRejected(
        api.patch(STORAGE_POLICY, name, { type: "merge", body: { spec: {} } }),
        notFound,
      );
      await assertRejected(
        api.patch(STORAGE_POLICY, name, { type: "json", body: [] }),
        notFound,
      );
      await assertRejected(
        api.replace(STORAGE_POLICY, name, policy("absent", {}, { resourceVersion: "1" })),
        notFound,
      );
    },
  },
  {
    name: "nothing can be created in a namespace that does not exist",
    async run({ request, namespace }): Promise<void> {
      const path = `/api/v1/namespaces/${namespace}-absent/secrets`;
      assertRefused(await request("POST", path, { body: secret("one") }), {
        code: 404,
        reason: "NotFound",
        details: { name: `${namespace}-absent`, kind: "namespaces" },
      });
    },
  },
  {
    name: "the list of a namespace that does not exist is empty",
    async run({ api, namespace }): Promise<void> {
      const { items } = await api.list(SECRET, { namespace: `${namespace}-absent` });
      assert.deepEqual(items, []);
    },
  },
  {
    name: "generateName is completed by five characters",
    async run({ api, namespace }): Promise<void> {
      const body = { apiVersion: "v1", kind: "Secret", metadata: { generateName: "made-" } };
      const names = await Promise.all(
        [1, 2].map(async () =>
          textAt(await api.create(SECRET, body, { namespace }), "metadata", "name")
        ),
      );
      for (const name of names) assert.match(name, /^made-[a-z0-9]{5}$/);
      assert.notEqual(names[0], names[1]);
    },
  },
  {
    name: "an object needs a name",
    async run({ request, path }): Promise<void> {
      const body = { apiVersion: "v1", kind: "Secret", metadata: {} };
      assertRefused(await request("POST", path(SECRET), { body }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueRequired", "metadata.name"]],
      });
    },
  },
  {
    name: "a name in capitals is refused",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("POST", path(SECRET), { body: secret("One") }), {
        code: 422,
        reason: "Invalid",
        details: { name: "One", kind: "Secret" },
        causes: [["FieldValueInvalid", "metadata.name"]],
      });
    },
  },
  {
    name: "a label's value with a space is refused",
    async run({ request, path }): Promise<void> {
      const body = secret("one", { labels: { tier: "a b" } });
      assertRefused(await request("POST", path(SECRET), { body }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "metadata.labels"]],
      });
    },
  },
  {
    name: "the namespace of the object must be that of the path",
    async run({ request, path }): Promise<void> {
      const body = secret("one", { namespace: "elsewhere" });
      assertRefused(await request("POST", path(SECRET), { body }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "the kind of the object must be that of the path",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("POST", path(SECRET), { body: lease("one", "me") }), {
        code: 400,
        reason: "BadRequest",
      });
      const body = { ...policy("one"), kind: "StorageEvent" };
      assertRefused(await request("POST", path(STORAGE_POLICY), { body }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "kind"]],
      });
    },
  },
  {
    name: "a body that is no JSON is refused",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("POST", path(STORAGE_POLICY), { body: "{" }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "a replacement must be for the name in the path",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(SECRET, secret("one"), { namespace });
      assertRefused(await request("PUT", path(SECRET, "one"), { body: secret("two") }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "a replacement with an old resourceVersion is a conflict",
    async run({ api, namespace, request, path }): Promise<void> {
      const first = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const patch = { type: "merge", body: { spec: { dryRun: true } } } as const;
      const second = await api.patch(STORAGE_POLICY, { namespace, name: "one" }, patch);
      const stale = textAt(first, "metadata", "resourceVersion");
      const body = policy("one", {}, { resourceVersion: stale });
      assertRefused(await request("PUT", path(STORAGE_POLICY, "one"), { body }), {
        code: 409,
        reason: "Conflict",
        message: /the object has been modified; please apply your changes to the latest version/,
        details: { name: "one", group: "cnpg.supporttools.io", kind: "storagepolicies" },
      });
      const resourceVersion = textAt(second, "metadata", "resourceVersion");
      const fresh = policy("one", {}, { resourceVersion });
      const third = await api.replace(STORAGE_POLICY, { namespace, name: "one" }, fresh);
      assert.deepEqual(third["spec"], {});
      assert.equal(textAt(third, "metadata", "uid"), textAt(first, "metadata", "uid"));
      assert.equal(
        textAt(third, "metadata", "creationTimestamp"),
        textAt(first, "metadata", "creationTimestamp"),
      );
    },
  },
  {
    name: "a custom resource is replaced under a resourceVersion only",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      assertRefused(await request("PUT", path(STORAGE_POLICY, "one"), { body: policy("one") }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "metadata.resourceVersion"]],
        message: /must be specified for an update/,
      });
    },
  },
  {
    name: "a replacement that changes nothing leaves the resourceVersion",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const same = await api.replace(STORAGE_POLICY, { namespace, name: "one" }, made);
      assert.deepEqual(
        at(same, "metadata", "resourceVersion"),
        at(made, "metadata", "resourceVersion"),
      );
    },
  },
];
