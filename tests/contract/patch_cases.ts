/**
 * Contract: merge patches and JSON patches.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { LEASE, SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { lease, policy, secret, STORAGE_POLICY } from "./manifests.ts";

const SPEC = {
  dryRun: true,
  thresholds: { warning: 60, critical: 80 },
  excludeClusters: [{ name: "a" }, { name: "b" }],
} as const;

/** Patches the policy `one` by a body of a content type. */
function patchPolicy(world: ContractWorld, type: string, body: unknown): Promise<Answer> {
  return world.request("PATCH", world.path(STORAGE_POLICY, "one"), {
    headers: { "content-type": `application/${type}` },
    body,
  });
}

function merge(world: ContractWorld, body: JsonObject): Promise<Answer> {
  return patchPolicy(world, "merge-patch+json", body);
}

function jsonPatch(world: ContractWorld, ...body: readonly JsonObject[]): Promise<Answer> {
  return patchPolicy(world, "json-patch+json", body);
}

/** Makes the policy `one` with {@link SPEC}. */
async function createPolicy({ api, namespace }: ContractWorld): Promise<JsonObject> {
  return await api.create(STORAGE_POLICY, policy("one", SPEC), { namespace });
}

/** What each JSON patch of {@link SPEC} makes of it. */
const JSON_PATCHES: Readonly<
  Record<string, [operations: JsonObject[], path: string[], expected: unknown]>
> = {
  "add sets a member": [
    [{ op: "add", path: "/spec/thresholds/emergency", value: 95 }],
    ["spec", "thresholds"],
    { ...SPEC.thresholds, emergency: 95 },
  ],
  "add at the end of a list appends": [
    [{ op: "add", path: "/spec/excludeClusters/-", value: { name: "c" } }],
    ["spec", "excludeClusters"],
    [...SPEC.excludeClusters, { name: "c" }],
  ],
  "add within a list inserts": [
    [{ op: "add", path: "/spec/excludeClusters/0", value: { name: "c" } }],
    ["spec", "excludeClusters"],
    [{ name: "c" }, ...SPEC.excludeClusters],
  ],
  "replace adds a member that is not there": [
    [{ op: "replace", path: "/spec/thresholds/emergency", value: 95 }],
    ["spec", "thresholds"],
    { ...SPEC.thresholds, emergency: 95 },
  ],
  "replace takes the place": [
    [{ op: "replace", path: "/spec/thresholds/warning", value: 61 }],
    ["spec", "thresholds"],
    { ...SPEC.thresholds, warning: 61 },
  ],
  "remove takes away": [
    [{ op: "remove", path: "/spec/excludeClusters/0" }],
    ["spec", "excludeClusters"],
    [SPEC.excludeClusters[1]],
  ],
  "a test that holds lets the rest happen": [
    [
      { op: "test", path: "/spec/thresholds/warning", value: 60 },
      { op: "remove", path: "/spec/thresholds/warning" },
    ],
    ["spec", "thresholds"],
    { critical: 80 },
  ],
  "a slash in a key is written as ~1": [
    [
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/contract.test~1note", value: "yes" },
    ],
    ["metadata", "annotations"],
    { "contract.test/note": "yes" },
  ],
};

/** JSON patches that do not fit the object. */
const UNFIT_JSON_PATCHES: Readonly<Record<string, JsonObject>> = {
  "whose test fails": { op: "test", path: "/spec/thresholds/warning", value: 61 },
  "that tests an old resourceVersion": {
    op: "test",
    path: "/metadata/resourceVersion",
    value: "1",
  },
  "that removes what is not there": { op: "remove", path: "/spec/expansion" },
  "that replaces below what is not there": {
    op: "replace",
    path: "/spec/expansion/maxSize",
    value: "1Gi",
  },
  "that reaches past the end of a list": { op: "remove", path: "/spec/excludeClusters/2" },
  "that adds below what is not there": { op: "add", path: "/spec/expansion/maxSize", value: "1Gi" },
};

/** Clauses about merge patches and JSON patches. */
export const PATCH_CASES: readonly ContractCase[] = [
  {
    name: "a merge patch merges maps, replaces lists and deletes what is null",
    async run(world): Promise<void> {
      await createPolicy(world);
      const patched = assertDone(
        await merge(world, {
          metadata: { labels: { tier: "a" } },
          spec: {
            dryRun: null,
            thresholds: { critical: null, emergency: 95 },
            excludeClusters: [{ name: "c" }],
          },
        }),
      );
      assert.deepEqual(patched["spec"], {
        thresholds: { warning: 60, emergency: 95 },
        excludeClusters: [{ name: "c" }],
      });
      assert.deepEqual(at(patched, "metadata", "labels"), { tier: "a" });
    },
  },
  {
    name: "a merge patch that changes nothing leaves the resourceVersion",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const same = assertDone(await merge(world, { spec: { dryRun: true, walCleanup: null } }));
      assert.deepEqual(same["metadata"], made["metadata"]);
    },
  },
  {
    name: "a JSON patch that changes nothing leaves the resourceVersion",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const same = assertDone(
        await jsonPatch(world, { op: "replace", path: "/spec/dryRun", value: true }),
      );
      assert.deepEqual(same["metadata"], made["metadata"]);
    },
  },
  {
    name: "a merge patch that names an old resourceVersion is a conflict",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      assertDone(await merge(world, { spec: { dryRun: false } }));
      const stale = { metadata: { resourceVersion }, spec: { dryRun: true } };
      assertRefused(await merge(world, stale), {
        code: 409,
        reason: "Conflict",
        message: /the object has been modified/,
        details: { name: "one", group: "cnpg.supporttools.io", kind: "storagepolicies" },
      });
    },
  },
  {
    name: "an old resourceVersion is a conflict even where nothing would change",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      assertDone(await merge(world, { spec: { dryRun: false } }));
      const stale = { metadata: { resourceVersion }, spec: { dryRun: false } };
      assertRefused(await merge(world, stale), { code: 409, reason: "Conflict" });
    },
  },
  {
    name: "a merge patch that names the present resourceVersion takes effect",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      const patched = assertDone(
        await merge(world, { metadata: { resourceVersion }, spec: { dryRun: false } }),
      );
      assert.equal(at(patched, "spec", "dryRun"), false);
      assert.notEqual(textAt(patched, "metadata", "resourceVersion"), resourceVersion);
    },
  },
  {
    name: "a merge patch that names another uid is 422",
    async run(world): Promise<void> {
      await createPolicy(world);
      const uid = "11111111-1111-1111-1111-111111111111";
      assertRefused(await merge(world, { metadata: { uid } }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "metadata.uid"]],
      });
    },
  },
  {
    name: "a patch cannot rename an object",
    async run(world): Promise<void> {
      await createPolicy(world);
      assertRefused(await merge(world, { metadata: { name: "two" } }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "a patch cannot move creationTimestamp or generation",
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const patched = assertDone(
        await merge(world, {
          metadata: { creationTimestamp: "2001-01-01T00:00:00Z", generation: 7 },
        }),
      );
      assert.deepEqual(patched["metadata"], made["metadata"]);
    },
  },
  ...Object.entries(JSON_PATCHES).map(([sentence, [operations, path, expected]]) => ({
    name: `in a JSON patch ${sentence}`,
    async run(world): Promise<void> {
      await createPolicy(world);
      assert.deepEqual(at(assertDone(await jsonPatch(world, ...operations)), ...path), expected);
    },
  } satisfies ContractCase)),
  ...Object.entries(UNFIT_JSON_PATCHES).map(([sentence, operation]) => ({
    name: `a JSON patch ${sentence} is 422 and changes nothing`,
    async run(world): Promise<void> {
      const made = await createPolicy(world);
      const answer = await jsonPatch(world, { op: "remove", path: "/spec/dryRun" }, operation);
      assertRefused(answer, { code: 422, reason: "Invalid" });
      const { api, namespace } = world;
      assert.deepEqual(await api.get(STORAGE_POLICY, { namespace, name: "one" }), made);
    },
  } satisfies ContractCase)),
  {
    name: "a JSON patch that is no list of operations is 400",
    async run(world): Promise<void> {
      await createPolicy(world);
      const answer = await patchPolicy(world, "json-patch+json", { op: "remove", path: "/spec" });
      assertRefused(answer, { code: 400, reason: "BadRequest" });
    },
  },
  {
    name: "a merge patch that is no object is 400",
    async run(world): Promise<void> {
      await createPolicy(world);
      const answer = await patchPolicy(world, "merge-patch+json", "[");
      assertRefused(answer, { code: 400, reason: "BadRequest" });
    },
  },
  ...["strategic-merge-patch+json", "json"].map((type) => ({
    name: `custom resources take no patch of the type ${type}: 415`,
    async run(world): Promise<void> {
      await createPolicy(world);
      const answer = await patchPolicy(world, type, { spec: { dryRun: false } });
      assertRefused(answer, { code: 415, reason: "UnsupportedMediaType" });
    },
  } satisfies ContractCase)),
  {
    name: "a patch of a Lease that changes nothing leaves the resourceVersion",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(LEASE, lease("one", "me"), { namespace });
      const same = await api.patch(LEASE, { namespace, name: "one" }, {
        type: "merge",
        body: { spec: { holderIdentity: "me" } },
      });
      assert.deepEqual(same["metadata"], made["metadata"]);
    },
  },
  {
    name: "force belongs to an apply",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(SECRET, secret("one"), { namespace });
      const answer = await request("PATCH", path(SECRET, "one"), {
        headers: { "content-type": "application/merge-patch+json" },
        search: { force: "true" },
        body: {},
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueForbidden", "force"]],
      });
    },
  },
];
