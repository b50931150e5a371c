/**
 * Contract: lists, their pages and what state they show.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { EVENT, SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { event, policy, secret, STORAGE_POLICY } from "./manifests.ts";

const NAMES: readonly string[] = ["a", "b", "c", "d", "e"];

/** Queries of a list that make no sense. */
const BAD_QUERIES: Readonly<
  Record<string, [search: Record<string, string>, code: number, reason: string]>
> = {
  "a resourceVersion that is no number": [{ resourceVersion: "new" }, 400, "BadRequest"],
  "a continue that nobody gave": [{ continue: "nonsense", limit: "1" }, 400, "BadRequest"],
  "a resourceVersionMatch without resourceVersion": [
    { resourceVersionMatch: "Exact" },
    422,
    "Invalid",
  ],
  "a resourceVersionMatch that nobody knows": [
    { resourceVersion: "1", resourceVersionMatch: "Newest" },
    422,
    "Invalid",
  ],
  "Exact of the version 0": [
    { resourceVersion: "0", resourceVersionMatch: "Exact" },
    422,
    "Invalid",
  ],
};

async function createSecrets({ api, namespace }: ContractWorld): Promise<JsonObject[]> {
  const made: JsonObject[] = [];
  for (const name of NAMES.toReversed()) {
    made.push(await api.create(SECRET, secret(name), { namespace }));
  }
  return made;
}

/** Makes Events, which a real API server lists from etcd itself: what etcd forgets, these forget too. */
async function createEvents(
  { api, namespace }: ContractWorld,
  names: readonly string[],
): Promise<string> {
  let resourceVersion = "";
  for (const name of names) {
    const made = await api.create(EVENT, event(name, { namespace }), { namespace });
    resourceVersion = textAt(made, "metadata", "resourceVersion");
  }
  return resourceVersion;
}

function namesOf(items: readonly JsonObject[]): string[] {
  return items.map((item) => textAt(item, "metadata", "name"));
}

/** Clauses about lists. */
export const LIST_CASES: readonly ContractCase[] = [
  {
    name: "a list is ordered by name and names its kind",
    async run(world): Promise<void> {
      await createSecrets(world);
      const { items } = await world.api.list(SECRET, { namespace: world.namespace });
      assert.deepEqual(namesOf(items), NAMES);
      const { kind, apiVersion } = assertDone(await world.request("GET", world.path(SECRET)));
      assert.deepEqual({ kind, apiVersion }, { kind: "SecretList", apiVersion: "v1" });
    },
  },
  {
    name: "an empty list has an empty list of items and a resourceVersion",
    async run({ request, path }): Promise<void> {
      const list = assertDone(await request("GET", path(STORAGE_POLICY)));
      assert.deepEqual(list["items"], []);
      assert.match(textAt(list, "metadata", "resourceVersion"), /^[1-9]\d*$/);
    },
  },
  {
    name: "items of custom resources carry kind and apiVersion, those of built-in kinds do not",
    async run({ api, namespace }): Promise<void> {
      await api.create(SECRET, secret("one"), { namespace });
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const secrets = await api.list(SECRET, { namespace });
      const policies = await api.list(STORAGE_POLICY, { namespace });
      assert.equal(at(secrets.items[0], "kind"), undefined);
      assert.equal(at(policies.items[0], "kind"), "StoragePolicy");
      assert.equal(at(policies.items[0], "apiVersion"), "cnpg.supporttools.io/v1alpha1");
    },
  },
  {
    name: "pages add up to the list as it was when the first was read",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await createSecrets(world);
      const first = await api.list(SECRET, { namespace, limit: 2 });
      await api.create(SECRET, secret("bb"), { namespace });
      await api.delete(SECRET, { namespace, name: "d" });
      const second = await api.list(SECRET, { namespace, limit: 2, continue: first.continue });
      const third = await api.list(SECRET, { namespace, limit: 2, continue: second.continue });
      assert.deepEqual([first, second, third].map(({ items }) => namesOf(items)), [
        ["a", "b"],
        ["c", "d"],
        ["e"],
      ]);
      assert.equal(third.continue, undefined);
      assert.equal(second.resourceVersion, first.resourceVersion);
      assert.equal(third.resourceVersion, first.resourceVersion);
    },
  },
  {
    name: "a page that can no longer be continued is 410",
    async run(world): Promise<void> {
      const { api, namespace, request, path } = world;
      await createEvents(world, NAMES);
      const first = await api.list(EVENT, { namespace, limit: 2 });
      await createEvents(world, ["bb"]);
      await world.forgetHistory();
      const search = { limit: "2", continue: first.continue ?? "" };
      const answer = await request("GET", path(EVENT), { search });
      assertRefused(answer, { code: 410, reason: "Expired" });
    },
  },
  {
    name: "a list of an exact version is as things were then",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const made = await createSecrets(world);
      const resourceVersion = textAt(made[1], "metadata", "resourceVersion");
      const then = await api.list(SECRET, {
        namespace,
        resourceVersion,
        resourceVersionMatch: "Exact",
      });
      assert.deepEqual(namesOf(then.items), ["d", "e"]);
      assert.equal(then.resourceVersion, resourceVersion);
    },
  },
  {
    name: "a list that is not older than a version holds what was written by then",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const made = await createSecrets(world);
      const resourceVersion = textAt(made.at(-1), "metadata", "resourceVersion");
      for (const resourceVersionMatch of ["NotOlderThan", undefined] as const) {
        const query = { namespace, resourceVersion, resourceVersionMatch };
        const { items, ...page } = await api.list(SECRET, query);
        assert.deepEqual(namesOf(items), NAMES);
        assert.ok(Number(page.resourceVersion) >= Number(resourceVersion));
      }
    },
  },
  {
    name: "a list of an exact version that is forgotten is 410",
    async run(world): Promise<void> {
      const { request, path } = world;
      const resourceVersion = await createEvents(world, ["a"]);
      await createEvents(world, ["b"]);
      await world.forgetHistory();
      const answer = await request("GET", path(EVENT), {
        search: { resourceVersion, resourceVersionMatch: "Exact" },
      });
      assertRefused(answer, { code: 410, reason: "Expired" });
    },
  },
  {
    name: "a list of a version that is yet to come times out, and says why",
    async run({ api, namespace, request, path }): Promise<void> {
      const { resourceVersion } = await api.list(SECRET, { namespace });
      const answer = await request("GET", path(SECRET), {
        search: { resourceVersion: String(Number(resourceVersion) + 1_000_000) },
      });
      assertRefused(answer, {
        code: 504,
        reason: "Timeout",
        message: /Too large resource version/,
      });
    },
  },
  ...Object.entries(BAD_QUERIES).map(([sentence, [search, code, reason]]) => ({
    name: `a list is refused for ${sentence}`,
    async run({ request, path }): Promise<void> {
      assertRefused(await request("GET", path(SECRET), { search }), { code, reason });
    },
  } satisfies ContractCase)),
];
