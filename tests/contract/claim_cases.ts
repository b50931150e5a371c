/**
 * Contract: which changes of a PersistentVolumeClaim are allowed.
 *
 * Sources of the rules: `ValidatePersistentVolumeClaimUpdate` in Kubernetes' `pkg/apis/core/validation` and the
 * admission plugin `PersistentVolumeClaimResize`.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from "../../kube/resources.ts";
import { at } from "../lab/claim.ts";
import { waitUntil } from "../lab/wait.ts";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused, type Refusal } from "./expectations.ts";
import { claim, createStorageClass, sizeRequest } from "./manifests.ts";

const BELOW_CAPACITY: Refusal = {
  code: 422,
  reason: "Invalid",
  details: { name: "one", kind: "PersistentVolumeClaim" },
  causes: [["FieldValueForbidden", "spec.resources.requests.storage"]],
  message: /field can not be less than status\.capacity/,
};

const NOT_EXPANDABLE: Refusal = {
  code: 403,
  reason: "Forbidden",
  details: { name: "one", kind: "persistentvolumeclaims" },
  message:
    /only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize/,
};

/** Merges into the claim `one`. */
function patchClaim(
  { request, path }: ContractWorld,
  body: JsonObject,
  search: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return request("PATCH", path(PERSISTENT_VOLUME_CLAIM, "one"), {
    headers: { "content-type": "application/merge-patch+json" },
    search,
    body,
  });
}

/** Makes the claim `one` with 10Gi, bound. */
async function createBoundClaim(world: ContractWorld, storageClass?: string): Promise<void> {
  const { api, namespace } = world;
  await api.create(PERSISTENT_VOLUME_CLAIM, claim("one", "10Gi", storageClass), { namespace });
  await world.bindClaim("one", "10Gi");
}

/** Makes the claim `one` with 10Gi, bound, and waits until it may grow. */
async function createGrowingClaim(world: ContractWorld): Promise<void> {
  await createBoundClaim(world, await createStorageClass(world, true));
  await expandable(world);
}

/** Resolves when the server knows that the class is expandable: it learns of that through a watch of its own. */
async function expandable(world: ContractWorld): Promise<void> {
  await waitUntil("the class in force", async () => {
    const { status } = await patchClaim(world, sizeRequest("11Gi"), { dryRun: "All" });
    return status === 200 ? true : undefined;
  });
}

async function requestOf({ api, namespace }: ContractWorld): Promise<unknown> {
  const found = await api.get(PERSISTENT_VOLUME_CLAIM, { namespace, name: "one" });
  return at(found, "spec", "resources", "requests", "storage");
}

/** Clauses about claims. */
export const CLAIM_CASES: readonly ContractCase[] = [
  {
    name: "a bound claim of an expandable class grows, and its generation is not counted",
    async run(world): Promise<void> {
      await createGrowingClaim(world);
      const grown = assertDone(await patchClaim(world, sizeRequest("20Gi")));
      assert.equal(at(grown, "spec", "resources", "requests", "storage"), "20Gi");
      assert.equal(at(grown, "status", "capacity", "storage"), "10Gi");
      assert.equal(at(grown, "metadata", "generation"), undefined);
    },
  },
  {
    name: "an unbound claim does not grow",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const storageClass = await createStorageClass(world, true);
      await api.create(PERSISTENT_VOLUME_CLAIM, claim("one", "10Gi", storageClass), { namespace });
      assertRefused(await patchClaim(world, sizeRequest("20Gi")), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueForbidden", "spec"]],
        message: /spec is immutable after creation except/,
      });
      assert.equal(await requestOf(world), "10Gi");
    },
  },
  {
    name: "a claim of a class that does not allow expansion does not grow",
    async run(world): Promise<void> {
      await createBoundClaim(world, await createStorageClass(world, false));
      assertRefused(await patchClaim(world, sizeRequest("20Gi")), NOT_EXPANDABLE);
      assert.equal(await requestOf(world), "10Gi");
    },
  },
  {
    name: "a claim of a class that does not exist does not grow",
    async run(world): Promise<void> {
      await createBoundClaim(world, `${world.namespace}-absent`);
      assertRefused(await patchClaim(world, sizeRequest("20Gi")), NOT_EXPANDABLE);
    },
  },
  {
    name: "a claim without a class does not grow",
    async run(world): Promise<void> {
      await createBoundClaim(world);
      assertRefused(await patchClaim(world, sizeRequest("20Gi")), NOT_EXPANDABLE);
    },
  },
  {
    name: "the class as it is now decides",
    async run(world): Promise<void> {
      const name = await createStorageClass(world, false);
      await createBoundClaim(world, name);
      await world.api.patch(STORAGE_CLASS, { name }, {
        type: "merge",
        body: { allowVolumeExpansion: true },
      });
      await expandable(world);
      assertDone(await patchClaim(world, sizeRequest("20Gi")));
    },
  },
  {
    name: "a request that was raised can be lowered to anything above the capacity",
    async run(world): Promise<void> {
      await createGrowingClaim(world);
      assertDone(await patchClaim(world, sizeRequest("100Gi")));
      assertDone(await patchClaim(world, sizeRequest("50Gi")));
      assertDone(await patchClaim(world, sizeRequest("10737418241")));
      assertRefused(await patchClaim(world, sizeRequest("10Gi")), BELOW_CAPACITY);
      assertRefused(await patchClaim(world, sizeRequest("9Gi")), BELOW_CAPACITY);
      assert.equal(await requestOf(world), "10737418241");
    },
  },
  {
    name: "a request that was met cannot be lowered",
    async run(world): Promise<void> {
      await createGrowingClaim(world);
      assertDone(await patchClaim(world, sizeRequest("20Gi")));
      await world.bindClaim("one", "20Gi");
      assertRefused(await patchClaim(world, sizeRequest("15Gi")), BELOW_CAPACITY);
    },
  },
  {
    name: "the same size in other words is no change of the spec",
    async run(world): Promise<void> {
      await createBoundClaim(world);
      const same = assertDone(await patchClaim(world, sizeRequest("10240Mi")));
      assert.equal(at(same, "spec", "resources", "requests", "storage"), "10Gi");
    },
  },
  {
    name: "sizes of claims are stored in their canonical spelling",
    async run({ api, namespace }): Promise<void> {
      const spellings = {
        "1024Mi": "1Gi",
        "1.5Gi": "1536Mi",
        "1000M": "1G",
        "1073741824": "1073741824",
      };
      for (const [index, [written, stored]] of Object.entries(spellings).entries()) {
        const made = await api.create(PERSISTENT_VOLUME_CLAIM, claim(`c-${index}`, written), {
          namespace,
        });
        assert.equal(at(made, "spec", "resources", "requests", "storage"), stored);
      }
    },
  },
  {
    name: "what else a claim asks for cannot be changed",
    async run(world): Promise<void> {
      await createGrowingClaim(world);
      const changes = [
        { spec: { volumeName: "other" } },
        { spec: { accessModes: ["ReadWriteMany"] } },
        { spec: { storageClassName: "other" } },
        { spec: { volumeMode: "Block" } },
      ];
      for (const change of changes) {
        assertRefused(await patchClaim(world, change), {
          code: 422,
          reason: "Invalid",
          message: /spec is immutable after creation except|field is immutable/,
        });
      }
    },
  },
  {
    name: "a claim's labels and annotations can be changed",
    async run(world): Promise<void> {
      await createBoundClaim(world);
      const metadata = { labels: { tier: "a" }, annotations: { note: "b" } };
      const patched = assertDone(await patchClaim(world, { metadata }));
      assert.deepEqual(at(patched, "metadata", "labels"), metadata.labels);
      assert.deepEqual(at(patched, "metadata", "annotations"), metadata.annotations);
    },
  },
  {
    name: "a dry run of an expansion is admitted or refused like the real thing",
    async run(world): Promise<void> {
      await createGrowingClaim(world);
      const search = { dryRun: "All" };
      assertDone(await patchClaim(world, sizeRequest("20Gi"), search));
      assert.equal(await requestOf(world), "10Gi");
      assertRefused(await patchClaim(world, sizeRequest("9Gi"), search), {
        ...BELOW_CAPACITY,
      });
    },
  },
  {
    name: "a claim needs a size above zero and an access mode",
    async run({ request, path }): Promise<void> {
      assertRefused(
        await request("POST", path(PERSISTENT_VOLUME_CLAIM), { body: claim("one", "0") }),
        {
          code: 422,
          reason: "Invalid",
          causes: [["FieldValueInvalid", "spec.resources[storage]"]],
        },
      );
      const spec = { resources: { requests: { storage: "1Gi" } } };
      const body = { ...claim("one", "1Gi"), spec };
      assertRefused(await request("POST", path(PERSISTENT_VOLUME_CLAIM), { body }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueRequired", "spec.accessModes"]],
      });
    },
  },
  {
    name: "a size that is none is 400",
    async run(world): Promise<void> {
      const { request, path } = world;
      const body = claim("one", "much");
      assertRefused(await request("POST", path(PERSISTENT_VOLUME_CLAIM), { body }), {
        code: 400,
        reason: "BadRequest",
        message: /quantities must match the regular expression/,
      });
    },
  },
];
