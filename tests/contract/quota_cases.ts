/**
 * Contract: a ResourceQuota limits what claims of its namespace ask for together.
 *
 * A quota binds once its status says what is used; writing that is a controller's work, which is played here.
 *
 * @module
 */

import assert from "node:assert/strict";
import { PERSISTENT_VOLUME_CLAIM, RESOURCE_QUOTA } from "../../kube/resources.ts";
import { waitUntil } from "../lab/wait.ts";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { claim, createStorageClass, sizeRequest } from "./manifests.ts";

/** Makes a quota whose status is known, and a bound claim of 10Gi below it. */
async function createQuotaAndClaim(
  world: ContractWorld,
  hardOf: (storageClass: string) => Record<string, string>,
): Promise<void> {
  const { api, namespace, setStatus, bindClaim } = world;
  const storageClass = await createStorageClass(world, true);
  await api.create(PERSISTENT_VOLUME_CLAIM, claim("one", "10Gi", storageClass), { namespace });
  await bindClaim("one", "10Gi");
  const hard = hardOf(storageClass);
  await api.create(RESOURCE_QUOTA, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "storage" },
    spec: { hard },
  }, { namespace });
  const used = Object.fromEntries(
    Object.keys(hard).map((key) => [key, key.endsWith("requests.storage") ? "10Gi" : "1"]),
  );
  await setStatus(RESOURCE_QUOTA, "storage", { hard, used });
}

function grow(world: ContractWorld, storage: string, dryRun = false): Promise<Answer> {
  return world.request("PATCH", world.path(PERSISTENT_VOLUME_CLAIM, "one"), {
    headers: { "content-type": "application/merge-patch+json" },
    search: dryRun ? { dryRun: "All" } : {},
    body: sizeRequest(storage),
  });
}

/** Grows in a dry run until the server knows class and quota: it learns of them through watches of its own. */
async function refusedGrowth(world: ContractWorld, storage: string): Promise<Answer> {
  return await waitUntil("the quota in force", async () => {
    const answer = await grow(world, storage, true);
    return answer.text.includes("exceeded quota") ? answer : undefined;
  });
}

/** Clauses about quotas. */
export const QUOTA_CASES: readonly ContractCase[] = [
  {
    name: "a claim grows within the quota, which counts it at once, and not beyond",
    async run(world): Promise<void> {
      await createQuotaAndClaim(world, () => ({ "requests.storage": "30Gi" }));
      assertRefused(await refusedGrowth(world, "31Gi"), {
        code: 403,
        reason: "Forbidden",
        details: { name: "one", kind: "persistentvolumeclaims" },
        message:
          /exceeded quota: storage, requested: requests\.storage=21Gi, used: requests\.storage=10Gi, limited: requests\.storage=30Gi/,
      });
      assertDone(await grow(world, "25Gi"));
      assertRefused(await grow(world, "31Gi"), {
        code: 403,
        reason: "Forbidden",
        message: /requested: requests\.storage=6Gi, used: requests\.storage=25Gi/,
      });
    },
  },
  {
    name: "a quota of a class limits claims of that class",
    async run(world): Promise<void> {
      let key = "";
      await createQuotaAndClaim(world, (storageClass) => {
        key = `${storageClass}.storageclass.storage.k8s.io/requests.storage`;
        return { [key]: "15Gi" };
      });
      const answer = await refusedGrowth(world, "20Gi");
      assertRefused(answer, {
        code: 403,
        reason: "Forbidden",
        message: /exceeded quota: storage, requested: .*=10Gi, used: .*=10Gi, limited: .*=15Gi/,
      });
      assert.ok(String(answer.body["message"]).includes(key));
      assertDone(await grow(world, "15Gi"));
    },
  },
  {
    name: "a quota counts claims",
    async run(world): Promise<void> {
      const { request, path } = world;
      await createQuotaAndClaim(world, () => ({
        "persistentvolumeclaims": "1",
        "requests.storage": "30Gi",
      }));
      await refusedGrowth(world, "31Gi");
      const body = claim("two", "1Gi");
      assertRefused(await request("POST", path(PERSISTENT_VOLUME_CLAIM), { body }), {
        code: 403,
        reason: "Forbidden",
        message:
          /exceeded quota: storage, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1/,
      });
    },
  },
  {
    name: "a dry run is held against the quota and not counted",
    async run(world): Promise<void> {
      await createQuotaAndClaim(world, () => ({ "requests.storage": "30Gi" }));
      await refusedGrowth(world, "31Gi");
      assertDone(await grow(world, "20Gi", true));
      assertDone(await grow(world, "30Gi"));
    },
  },
  {
    name: "an expansion that failed goes on counting until its claim lets go of it",
    async run(world): Promise<void> {
      await createQuotaAndClaim(world, () => ({ "requests.storage": "30Gi" }));
      await refusedGrowth(world, "31Gi");
      assertDone(await grow(world, "25Gi"));
      await world.setStatus(PERSISTENT_VOLUME_CLAIM, "one", {
        allocatedResources: { storage: "25Gi" },
        allocatedResourceStatuses: { storage: "ControllerResizeInfeasible" },
      });
      assertDone(await grow(world, "12Gi"));
      assertRefused(await grow(world, "31Gi"), {
        code: 403,
        reason: "Forbidden",
        message: /requested: requests\.storage=6Gi, used: requests\.storage=25Gi/,
      });
      assertDone(await grow(world, "24Gi"));
    },
  },
  {
    name: "a lower request is let through whatever the quota says",
    async run(world): Promise<void> {
      await createQuotaAndClaim(world, () => ({ "requests.storage": "30Gi" }));
      await refusedGrowth(world, "31Gi");
      assertDone(await grow(world, "25Gi"));
      await world.setStatus(RESOURCE_QUOTA, "storage", {
        used: { "requests.storage": "40Gi" },
      });
      assertDone(await grow(world, "20Gi"));
    },
  },
];
