/**
 * Contract: which objects a selector finds.
 *
 * @module
 */

import assert from "node:assert/strict";
import { EVENT, LEASE, POD, SECRET } from "../../kube/resources.ts";
import { textAt } from "../lab/claim.ts";
import type { ContractCase, ContractWorld } from "./contract_world.ts";
import { assertRefused } from "./expectations.ts";
import { event, lease, pod, policy, secret, STORAGE_POLICY } from "./manifests.ts";

/** Labels of the objects that are selected from. */
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  one: { tier: "a", "contract.test/rank": "1" },
  two: { tier: "b" },
  three: {},
};

/** Label selectors and the objects that they find. */
const LABEL_SELECTORS: Readonly<Record<string, readonly string[]>> = {
  "tier=a": ["one"],
  "tier==a": ["one"],
  "tier!=a": ["three", "two"],
  "tier in (a, b)": ["one", "two"],
  "tier notin (a)": ["three", "two"],
  "tier": ["one", "two"],
  "!tier": ["three"],
  "tier,contract.test/rank=1": ["one"],
  "contract.test/rank>0": ["one"],
  "contract.test/rank<1": [],
  "": ["one", "three", "two"],
};

const BAD_LABEL_SELECTORS: readonly string[] = ["tier in a", "=a", "tier=(", "tier=a b", "ti er"];

async function namesFound(
  { api, namespace }: ContractWorld,
  query: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Promise<string[]> {
  const { items } = await api.list(SECRET, { namespace, ...query });
  return items.map((item) => textAt(item, "metadata", "name"));
}

async function createSecrets({ api, namespace }: ContractWorld): Promise<void> {
  for (const [name, labels] of Object.entries(LABELS)) {
    await api.create(SECRET, secret(name, { labels }), { namespace });
  }
}

/** Clauses about selectors. */
export const SELECTOR_CASES: readonly ContractCase[] = [
  {
    name: "label selectors compare, list, demand and exclude",
    async run(world): Promise<void> {
      await createSecrets(world);
      for (const [labelSelector, expected] of Object.entries(LABEL_SELECTORS)) {
        assert.deepEqual(await namesFound(world, { labelSelector }), expected, labelSelector);
      }
    },
  },
  {
    name: "a label selector that cannot be read is 400",
    async run({ request, path }): Promise<void> {
      for (const labelSelector of BAD_LABEL_SELECTORS) {
        assertRefused(await request("GET", path(SECRET), { search: { labelSelector } }), {
          code: 400,
          reason: "BadRequest",
          message: /unable to parse requirement|couldn't parse the selector string|found '/,
        });
      }
    },
  },
  {
    name: "metadata.name and metadata.namespace select from every kind",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await createSecrets(world);
      assert.deepEqual(await namesFound(world, { fieldSelector: "metadata.name=two" }), ["two"]);
      assert.deepEqual(
        await namesFound(world, { fieldSelector: "metadata.name!=two" }),
        ["one", "three"],
      );
      assert.deepEqual(
        await namesFound(world, { fieldSelector: "metadata.namespace=elsewhere" }),
        [],
      );
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const fieldSelector = `metadata.namespace=${namespace},metadata.name=one`;
      const { items } = await api.list(STORAGE_POLICY, { fieldSelector });
      assert.equal(items.length, 1);
    },
  },
  {
    name: "labels and fields select together",
    async run(world): Promise<void> {
      await createSecrets(world);
      const query = { labelSelector: "tier", fieldSelector: "metadata.name!=one" };
      assert.deepEqual(await namesFound(world, query), ["two"]);
    },
  },
  {
    name: "a field that a kind does not select by is 400",
    async run({ request, path }): Promise<void> {
      const asked = [[SECRET, "spec.nodeName=a"], [STORAGE_POLICY, "spec.dryRun=true"]] as const;
      for (const [resource, fieldSelector] of asked) {
        assertRefused(await request("GET", path(resource), { search: { fieldSelector } }), {
          code: 400,
          reason: "BadRequest",
          message: /field label not supported/,
        });
      }
    },
  },
  {
    name: "a field selector that cannot be read is 400",
    async run({ request, path }): Promise<void> {
      const answer = await request("GET", path(SECRET), { search: { fieldSelector: "one" } });
      assertRefused(answer, { code: 400, reason: "BadRequest" });
    },
  },
  {
    name: "pods are selected by node and phase",
    async run({ api, namespace, setStatus }): Promise<void> {
      const placed = pod("placed");
      await api.create(POD, pod("waiting"), { namespace });
      await api.create(POD, {
        ...placed,
        spec: { nodeName: "node-1", containers: [{ name: "postgres", image: "postgres" }] },
      }, { namespace });
      await setStatus(POD, "placed", { phase: "Running" });
      const selectors = ["spec.nodeName=node-1", "status.phase=Running", "status.phase!=Pending"];
      for (const fieldSelector of selectors) {
        const { items } = await api.list(POD, { namespace, fieldSelector });
        assert.deepEqual(items.map((item) => textAt(item, "metadata", "name")), ["placed"]);
      }
    },
  },
  {
    name: "events are selected by their reason and type",
    async run({ api, namespace }): Promise<void> {
      await api.create(EVENT, event("grown", { namespace }), { namespace });
      const refused = event("refused", { namespace, type: "Warning", reason: "Refused" });
      await api.create(EVENT, refused, { namespace });
      for (const fieldSelector of ["reason=Refused", "type=Warning"]) {
        const { items } = await api.list(EVENT, { namespace, fieldSelector });
        assert.deepEqual(items.map((item) => textAt(item, "reason")), ["Refused"], fieldSelector);
      }
    },
  },
  {
    name: "a selection over all namespaces finds the objects of each",
    async run({ api, namespace }): Promise<void> {
      const labels = { "contract.test/case": namespace };
      await api.create(LEASE, lease("one", "me", { labels }), { namespace });
      const labelSelector = `contract.test/case=${namespace}`;
      const { items } = await api.list(LEASE, { labelSelector });
      assert.deepEqual(items.map((item) => textAt(item, "metadata", "namespace")), [namespace]);
    },
  },
];
