/**
 * Contract: what the schemas and rules of our custom resources refuse, and how it is told.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject, Resource } from "../../kube/api.ts";
import { at } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import {
  CLUSTER_STORAGE,
  clusterStorage,
  policy,
  STORAGE_EVENT,
  STORAGE_POLICY,
  storageEvent,
} from "./manifests.ts";

type Causes = readonly (readonly [reason: string, field: string])[];

const INVALID = "FieldValueInvalid";

/** Specs of policies that are refused, and what their Status blames. */
const BAD_POLICIES: Readonly<Record<string, [spec: unknown, causes: Causes]>> = {
  "a number below its minimum": [
    { thresholds: { warning: 0 } },
    [[INVALID, "spec.thresholds.warning"]],
  ],
  "a number above its maximum": [
    { thresholds: { emergency: 100 } },
    [[INVALID, "spec.thresholds.emergency"]],
  ],
  "two mistakes at once": [
    { thresholds: { warning: 0 }, circuitBreaker: { scope: "planet" } },
    [[INVALID, "spec.thresholds.warning"], [
      "FieldValueNotSupported",
      "spec.circuitBreaker.scope",
    ]],
  ],
  "a text for a number": [
    { thresholds: { warning: "60" } },
    [["FieldValueTypeInvalid", "spec.thresholds.warning"]],
  ],
  "a fraction for a whole number": [
    { thresholds: { warning: 60.5 } },
    [["FieldValueTypeInvalid", "spec.thresholds.warning"]],
  ],
  "a list for a map": [{ thresholds: [] }, [["FieldValueTypeInvalid", "spec.thresholds"]]],
  "a word that is not in the enumeration": [
    { circuitBreaker: { scope: "planet" } },
    [["FieldValueNotSupported", "spec.circuitBreaker.scope"]],
  ],
  "a missing member of a list's item": [
    { selector: { matchExpressions: [{ operator: "Exists" }] } },
    [["FieldValueRequired", "spec.selector.matchExpressions[0].key"]],
  ],
  "a text that is too short": [
    { excludeClusters: [{ name: "" }] },
    [[INVALID, "spec.excludeClusters[0].name"]],
  ],
  "a text that is too long": [
    { excludeClusters: [{ name: "a".repeat(254) }] },
    [["FieldValueTooLong", "spec.excludeClusters[0].name"]],
  ],
  "a list that is too long": [
    { excludeClusters: Array.from({ length: 257 }, (_, index) => ({ name: `c${index}` })) },
    [["FieldValueTooMany", "spec.excludeClusters"]],
  ],
  "a map that is too large": [
    {
      selector: {
        matchLabels: Object.fromEntries(
          Array.from({ length: 33 }, (_, index) => [`key-${index}`, "a"]),
        ),
      },
    },
    [["FieldValueTooMany", "spec.selector.matchLabels"]],
  ],
  "a member of a map that is too long": [
    { selector: { matchLabels: { tier: "a".repeat(64) } } },
    [["FieldValueTooLong", "spec.selector.matchLabels.tier"]],
  ],
  "a text that does not match its pattern": [
    { alerting: { channels: [{ type: "webhook", endpoint: "ftp://example.org" }] } },
    [[INVALID, "spec.alerting.channels[0].endpoint"]],
  ],
  "a warning above the critical threshold (a rule over two members)": [
    { thresholds: { warning: 80, critical: 70 } },
    [[INVALID, "spec.thresholds"]],
  ],
  "a size of zero (a rule over a quantity)": [
    { expansion: { maxSize: "0" } },
    [[INVALID, "spec.expansion.maxSize"]],
  ],
  "a size of 8Pi": [
    { expansion: { maxSize: "8Pi" } },
    [[INVALID, "spec.expansion.maxSize"]],
  ],
  "an operator without values (a rule over a list)": [
    { selector: { matchExpressions: [{ key: "tier", operator: "In" }] } },
    [[INVALID, "spec.selector.matchExpressions[0]"]],
  ],
  "two tiers of the same size in different words": [
    {
      expansion: {
        tiers: [{ upTo: "1Gi", percentage: 20 }, { upTo: "1024Mi", percentage: 10 }],
      },
    },
    [[INVALID, "spec.expansion.tiers"]],
  ],
  "a window that is open for more than a week (a rule over a duration)": [
    { maintenanceWindows: [{ schedule: "0 2 * * *", duration: "169h", timeZone: "UTC" }] },
    [[INVALID, "spec.maintenanceWindows[0].duration"]],
  ],
  "a window without a time zone": [
    { maintenanceWindows: [{ schedule: "0 2 * * *", duration: "2h" }] },
    [["FieldValueRequired", "spec.maintenanceWindows[0].timeZone"]],
  ],
  "a schedule of six fields": [
    { maintenanceWindows: [{ schedule: "0 0 2 * * *", duration: "2h", timeZone: "UTC" }] },
    [[INVALID, "spec.maintenanceWindows[0].schedule"]],
  ],
  "thresholds of a role in the wrong order": [
    { roles: { wal: { thresholds: { warning: 80, critical: 70 } } } },
    [[INVALID, "spec.roles.wal.thresholds"]],
  ],
};

/** Changes of a StorageEvent of an expansion. */
const RECORD_CHANGES: Readonly<Record<string, [spec: JsonObject, causes: Causes]>> = {
  "the cluster": [{ clusterRef: { name: "other" } }, [[INVALID, "spec"]]],
  "the type": [{ eventType: "alert" }, [[INVALID, "spec"]]],
  "the trigger": [{ trigger: "scheduled" }, [[INVALID, "spec"]]],
  "the size": [{ expansion: { requestedSize: "30Gi" } }, [[INVALID, "spec"]]],
  "the absence of the expansion": [{ expansion: null }, [[INVALID, "spec"]]],
};

/** A clause that a creation is refused as `Invalid`. */
function refusal(
  name: string,
  resource: Resource,
  object: JsonObject,
  causes: Causes,
): ContractCase {
  return {
    name,
    async run({ request, path }): Promise<void> {
      assertRefused(await request("POST", path(resource), { body: object }), {
        code: 422,
        reason: "Invalid",
        details: { name: "one", group: resource.group, kind: resource.kind },
        causes,
      });
    },
  };
}

/** Clauses about schemas and rules. */
export const VALIDATION_CASES: readonly ContractCase[] = [
  ...Object.entries(BAD_POLICIES).map(([sentence, [spec, causes]]) =>
    refusal(`a policy is refused for ${sentence}`, STORAGE_POLICY, policy("one", spec), causes)
  ),
  refusal(
    "a policy needs a spec",
    STORAGE_POLICY,
    { ...policy("one"), spec: undefined },
    [["FieldValueRequired", "spec"]],
  ),
  refusal(
    "claims of an expansion are named once",
    STORAGE_EVENT,
    storageEvent("one", {
      expansion: {
        originalSize: "1Gi",
        requestedSize: "2Gi",
        affectedPVCs: [{ name: "pg-1" }, { name: "pg-1" }],
      },
    }),
    [["FieldValueDuplicate", "spec.expansion.affectedPVCs[1]"]],
  ),
  ...Object.entries(RECORD_CHANGES).map(([sentence, [spec, causes]]) => ({
    name: `what a StorageEvent records cannot be changed: ${sentence}`,
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_EVENT, storageEvent("one"), { namespace });
      const answer = await request("PATCH", path(STORAGE_EVENT, "one"), {
        headers: { "content-type": "application/merge-patch+json" },
        body: { spec },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes,
        message: /what an event set out to do cannot be changed/,
      });
    },
  } satisfies ContractCase)),
  {
    name: "what a StorageEvent leaves open can be filled in",
    async run({ api, namespace }): Promise<void> {
      await api.create(STORAGE_EVENT, storageEvent("one"), { namespace });
      const walCleanup = { filesRemoved: 3, spaceFreedBytes: 50_331_648 };
      const patched = await api.patch(STORAGE_EVENT, { namespace, name: "one" }, {
        type: "merge",
        body: { spec: { walCleanup } },
      });
      assert.deepEqual(at(patched, "spec", "walCleanup"), walCleanup);
    },
  },
  {
    name: "null is dropped where a schema does not allow it, and kept where it does",
    async run({ api, namespace, setStatus }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one", { dryRun: null }), { namespace });
      assert.deepEqual(made["spec"], {});
      await api.create(CLUSTER_STORAGE, clusterStorage("one"), { namespace });
      const answer = await api.replace(CLUSTER_STORAGE, { namespace, name: "one" }, {
        ...await setStatus(CLUSTER_STORAGE, "one", { level: "ok" }),
        status: { level: "ok", pressurePercent: null },
      }, { subresource: "status" });
      assert.deepEqual(answer["status"], { level: "ok", pressurePercent: null });
    },
  },
  {
    name: "sizes in any of their spellings are stored as they were written",
    async run({ api, namespace }): Promise<void> {
      const sizes = ["10Gi", "1e9", "0.5Ti", "10G", "1048576", "7Pi"];
      for (const [index, maxSize] of sizes.entries()) {
        const made = await api.create(
          STORAGE_POLICY,
          policy(`size-${index}`, { expansion: { maxSize } }),
          { namespace },
        );
        assert.equal(at(made, "spec", "expansion", "maxSize"), maxSize);
      }
    },
  },
  {
    name: "a date is checked, and stored as it was written",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      async function evaluatedAt(lastEvaluated: string): ReturnType<typeof request> {
        return await request("PATCH", path(STORAGE_POLICY, "one", "status"), {
          headers: { "content-type": "application/merge-patch+json" },
          body: { status: { lastEvaluated } },
        });
      }
      const stamp = "2026-01-31T12:00:00.5Z";
      assert.equal(at(assertDone(await evaluatedAt(stamp)), "status", "lastEvaluated"), stamp);
      assertRefused(await evaluatedAt("yesterday"), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueTypeInvalid", "status.lastEvaluated"]],
      });
    },
  },
];
