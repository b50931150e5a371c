/**
 * Contract: what the server serves, and what it says to those who ask for something else.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { PERSISTENT_VOLUME_CLAIM, SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { CLUSTER_STORAGE, secret, STORAGE_EVENT, STORAGE_POLICY } from "./manifests.ts";

/** What discovery says of a kind. */
interface Described {
  readonly resource: Resource;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

const OWN_CATEGORIES = ["cnpg-storage"];

const DESCRIBED: readonly Described[] = [
  {
    resource: STORAGE_POLICY,
    singular: "storagepolicy",
    shortNames: ["stp"],
    categories: OWN_CATEGORIES,
  },
  {
    resource: STORAGE_EVENT,
    singular: "storageevent",
    shortNames: ["ste"],
    categories: OWN_CATEGORIES,
  },
  {
    resource: CLUSTER_STORAGE,
    singular: "clusterstorage",
    shortNames: ["cst"],
    categories: OWN_CATEGORIES,
  },
  {
    resource: PERSISTENT_VOLUME_CLAIM,
    singular: "persistentvolumeclaim",
    shortNames: ["pvc"],
    categories: [],
  },
  { resource: SECRET, singular: "secret", shortNames: [], categories: [] },
];

function groupPath({ group, version }: Resource): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

async function entriesOf({ request }: ContractWorld, resource: Resource): Promise<JsonObject[]> {
  const { resources } = assertDone(await request("GET", groupPath(resource)));
  return Array.isArray(resources) ? resources.filter(isJsonObject) : [];
}

/** Requests that no server understands, and what it says. */
const MISDIRECTED: Readonly<
  Record<string, [method: string, path: string, code: number, reason: string]>
> = {
  "a kind that nobody serves": ["GET", "/api/v1/wonders", 404, "NotFound"],
  "a group that nobody serves": ["GET", "/apis/contract.test/v1/wonders", 404, "NotFound"],
  "a version that nobody serves": [
    "GET",
    "/apis/cnpg.supporttools.io/v9/storagepolicies",
    404,
    "NotFound",
  ],
  "a subresource that a kind does not have": [
    "GET",
    "/api/v1/namespaces/default/secrets/one/scale",
    404,
    "NotFound",
  ],
  "a creation over all namespaces": ["POST", "/api/v1/secrets", 405, "MethodNotAllowed"],
  "a replacement of a collection": [
    "PUT",
    "/api/v1/namespaces/default/secrets",
    405,
    "MethodNotAllowed",
  ],
};

/** Clauses about discovery and misdirected requests. */
export const DISCOVERY_CASES: readonly ContractCase[] = [
  ...DESCRIBED.map(({ resource, singular, shortNames, categories }) => ({
    name: `discovery describes ${resource.plural}`,
    async run(world): Promise<void> {
      const entries = await entriesOf(world, resource);
      const found = entries.find(({ name }) => name === resource.plural);
      assert.deepEqual(
        {
          kind: found?.["kind"],
          namespaced: found?.["namespaced"],
          singularName: found?.["singularName"],
          shortNames: found?.["shortNames"] ?? [],
          categories: found?.["categories"] ?? [],
        },
        {
          kind: resource.kind,
          namespaced: resource.namespaced,
          singularName: singular,
          shortNames,
          categories,
        },
      );
      const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
      for (const verb of verbs) assert.ok(JSON.stringify(found?.["verbs"]).includes(`"${verb}"`));
    },
  } satisfies ContractCase)),
  {
    name: "discovery lists status subresources where there are any",
    async run(world): Promise<void> {
      const own = (await entriesOf(world, STORAGE_POLICY)).map(({ name }) => name);
      assert.ok(own.includes("storagepolicies/status"));
      const core = (await entriesOf(world, SECRET)).map(({ name }) => name);
      assert.ok(core.includes("persistentvolumeclaims/status"));
      assert.ok(!core.includes("secrets/status"));
    },
  },
  {
    name: "discovery lists the groups with the version that they prefer",
    async run({ request }): Promise<void> {
      const { kind, groups } = assertDone(await request("GET", "/apis"));
      assert.equal(kind, "APIGroupList");
      const list: readonly unknown[] = Array.isArray(groups) ? groups : [];
      const wanted = {
        "cnpg.supporttools.io": "v1alpha1",
        "events.k8s.io": "v1",
        "coordination.k8s.io": "v1",
        "storage.k8s.io": "v1",
      };
      for (const [name, version] of Object.entries(wanted)) {
        const group = list.find((one) => at(one, "name") === name);
        assert.equal(at(group, "preferredVersion", "version"), version, name);
      }
      const core = assertDone(await request("GET", "/api"));
      assert.deepEqual(core["versions"], ["v1"]);
    },
  },
  {
    name: "the server says which version it is",
    async run({ request }): Promise<void> {
      const version = assertDone(await request("GET", "/version"));
      assert.match(textAt(version, "major"), /^\d+$/);
      assert.match(textAt(version, "minor"), /^\d+/);
      assert.match(textAt(version, "gitVersion"), /^v\d+\.\d+\.\d+/);
    },
  },
  {
    name: "the server says that it is ready",
    async run({ request }): Promise<void> {
      for (const path of ["/readyz", "/livez", "/healthz"]) {
        const { status, text } = await request("GET", path);
        assert.deepEqual({ status, text }, { status: 200, text: "ok" }, path);
      }
    },
  },
  ...Object.entries(MISDIRECTED).map(([sentence, [method, path, code, reason]]) => ({
    name: `${sentence} is answered ${code}`,
    async run({ request }): Promise<void> {
      const body = method === "GET" ? undefined : secret("one");
      assertRefusedOrPlain(await request(method, path, { body }), code, reason);
    },
  } satisfies ContractCase)),
  {
    name: "a body of a type that nobody reads is 415",
    async run({ request, path }): Promise<void> {
      const answer = await request("POST", path(SECRET), {
        headers: { "content-type": "text/plain" },
        body: "one",
      });
      assertRefused(answer, { code: 415, reason: "UnsupportedMediaType" });
    },
  },
];

/** Where not even the group is known, the answer of a real server is plain text. */
function assertRefusedOrPlain(answer: Answer, code: number, reason: string): void {
  if (Object.keys(answer.body).length > 0) assertRefused(answer, { code, reason });
  assert.equal(answer.status, code);
}
