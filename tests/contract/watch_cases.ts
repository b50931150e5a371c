/**
 * Contract: watches.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject, WatchEvent, WatchQuery } from "../../kube/api.ts";
import { SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase, ContractWorld } from "./contract_world.ts";
import { assertFailureStatus, assertRefused } from "./expectations.ts";
import { policy, secret, STORAGE_POLICY } from "./manifests.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
/** Longer than anything that is waited for here. */
const WATCH_SECONDS = 20;

type Query = Partial<WatchQuery>;

/** Reads a watch of Secrets until `count` events came, or its end. */
async function readEvents(
  { api, namespace }: ContractWorld,
  query: Query,
  count = Number.POSITIVE_INFINITY,
): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const leaving = new AbortController();
  const watched = { namespace, timeoutSeconds: WATCH_SECONDS, ...query };
  const stream = api.watch(SECRET, watched, { signal: leaving.signal });
  try {
    for await (const event of stream) {
      if (events.push(event) >= count) break;
    }
  } finally {
    leaving.abort();
  }
  return events;
}

/** Type and name of each event. */
function told(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, object }) => `${type} ${textAt(object, "metadata", "name")}`.trim());
}

async function versionNow({ api, namespace }: ContractWorld): Promise<string> {
  return (await api.list(SECRET, { namespace })).resourceVersion;
}

function merge(body: JsonObject): { readonly type: "merge"; readonly body: JsonObject } {
  return { type: "merge", body };
}

/** Lines of a watch as they came. */
function lines(text: string): JsonObject[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Clauses about watches. */
export const WATCH_CASES: readonly ContractCase[] = [
  {
    name: "a watch from a version tells every change since, in order",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("before"), { namespace });
      const resourceVersion = await versionNow(world);
      const made = await api.create(SECRET, secret("one"), { namespace });
      const name = { namespace, name: "one" };
      const changed = await api.patch(SECRET, name, merge({ metadata: { labels: { tier: "a" } } }));
      await api.delete(SECRET, name);
      const events = await readEvents(world, { resourceVersion }, 3);
      assert.deepEqual(told(events), ["ADDED one", "MODIFIED one", "DELETED one"]);
      assert.deepEqual(events[0]?.object, made);
      assert.deepEqual(events[1]?.object, changed);
      const versions = events.map(({ object }) =>
        Number(textAt(object, "metadata", "resourceVersion"))
      );
      assert.deepEqual(versions, versions.toSorted((a, b) => a - b));
      assert.equal(new Set(versions).size, 3);
    },
  },
  {
    name: "a watch tells of changes that come after it began",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const resourceVersion = await versionNow(world);
      const reading = readEvents(world, { resourceVersion }, 1);
      await api.create(SECRET, secret("one"), { namespace });
      assert.deepEqual(told(await reading), ["ADDED one"]);
    },
  },
  {
    name: "a write that changes nothing is told to nobody",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("one"), { namespace });
      const resourceVersion = await versionNow(world);
      await api.patch(SECRET, { namespace, name: "one" }, merge({ metadata: { labels: null } }));
      await api.create(SECRET, secret("two"), { namespace });
      assert.deepEqual(told(await readEvents(world, { resourceVersion }, 1)), ["ADDED two"]);
    },
  },
  {
    name: "a watch with initial events tells what is there, then that this was all",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("two"), { namespace });
      await api.create(SECRET, secret("one"), { namespace });
      const events = await readEvents(world, { sendInitialEvents: true }, 3);
      assert.deepEqual(told(events), ["ADDED one", "ADDED two", "BOOKMARK"]);
      const bookmark = events[2]?.object;
      assert.deepEqual(at(bookmark, "metadata", "annotations"), { [INITIAL_EVENTS_END]: "true" });
      assert.deepEqual([at(bookmark, "kind"), at(bookmark, "apiVersion")], ["Secret", "v1"]);
      assert.match(textAt(bookmark, "metadata", "resourceVersion"), /^[1-9]\d*$/);
    },
  },
  {
    name: "the bookmark after the initial events is a version to watch from",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("one"), { namespace });
      const events = await readEvents(world, { sendInitialEvents: true }, 2);
      await api.create(SECRET, secret("two"), { namespace });
      const resourceVersion = textAt(events[1]?.object, "metadata", "resourceVersion");
      assert.deepEqual(told(await readEvents(world, { resourceVersion }, 1)), ["ADDED two"]);
    },
  },
  {
    name: "initial events obey the selectors",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("one", { labels: { tier: "a" } }), { namespace });
      await api.create(SECRET, secret("two"), { namespace });
      const byLabel = { sendInitialEvents: true, labelSelector: "tier" };
      assert.deepEqual(told(await readEvents(world, byLabel, 2)), ["ADDED one", "BOOKMARK"]);
      const byName = { sendInitialEvents: true, fieldSelector: "metadata.name=two" };
      assert.deepEqual(told(await readEvents(world, byName, 2)), ["ADDED two", "BOOKMARK"]);
    },
  },
  {
    name: "a watch without a version begins with what is there",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(SECRET, secret("one"), { namespace });
      assert.deepEqual(told(await readEvents(world, {}, 1)), ["ADDED one"]);
      assert.deepEqual(told(await readEvents(world, { resourceVersion: "0" }, 1)), ["ADDED one"]);
    },
  },
  {
    name: "who leaves a selection is told as DELETED, who enters it as ADDED",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const name = { namespace, name: "one" };
      const made = await api.create(SECRET, secret("one", { labels: { tier: "a" } }), {
        namespace,
      });
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      for (const labels of [{ tier: "b" }, { tier: "a" }, { tier: "a", rank: "1" }]) {
        await api.patch(SECRET, name, merge({ metadata: { labels } }));
      }
      const query = { resourceVersion, labelSelector: "tier=a" };
      const events = await readEvents(world, query, 3);
      assert.deepEqual(told(events), ["DELETED one", "ADDED one", "MODIFIED one"]);
      assert.deepEqual(at(events[0]?.object, "metadata", "labels"), { tier: "a" });
      assert.ok(
        Number(textAt(events[0]?.object, "metadata", "resourceVersion")) > Number(resourceVersion),
        "the event of leaving carries the version of the change",
      );
    },
  },
  {
    name: "a watch ends by itself after timeoutSeconds",
    async run(world): Promise<void> {
      const resourceVersion = await versionNow(world);
      const startedAt = performance.now();
      const events = await readEvents(world, { resourceVersion, timeoutSeconds: 1 });
      const tookMs = performance.now() - startedAt;
      assert.deepEqual(events.filter(({ type }) => type !== "BOOKMARK"), []);
      assert.ok(tookMs > 900 && tookMs < 5_000, `took ${tookMs} ms`);
    },
  },
  {
    name: "bookmarks are for those who allow them",
    async run({ request, path, api, namespace }): Promise<void> {
      await api.create(SECRET, secret("one"), { namespace });
      const search = {
        watch: "true",
        timeoutSeconds: "1",
        sendInitialEvents: "true",
        resourceVersionMatch: "NotOlderThan",
      };
      const { text } = await request("GET", path(SECRET), { search });
      assert.deepEqual(lines(text).map((event) => at(event, "type")), ["ADDED"]);
    },
  },
  {
    name: "a watch from a version that is forgotten is an ERROR event of 410 in a 200",
    async run(world): Promise<void> {
      const { api, namespace, request, path } = world;
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      await world.forgetHistory();
      const answer = await request("GET", path(STORAGE_POLICY), {
        search: { watch: "true", resourceVersion: "1", timeoutSeconds: "5" },
      });
      assert.equal(answer.status, 200);
      const [event, ...more] = lines(answer.text);
      assert.equal(at(event, "type"), "ERROR");
      assert.deepEqual(more, []);
      const status = event?.["object"];
      assert.ok(typeof status === "object" && status !== null);
      assertFailureStatus({ ...status }, {
        code: 410,
        reason: "Expired",
        message: /too old resource version/,
      });
    },
  },
  {
    name: "a watch from a version that is yet to come waits for it",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const resourceVersion = String(Number(await versionNow(world)) + 1_000_000);
      const reading = readEvents(world, { resourceVersion, timeoutSeconds: 1 });
      await api.create(SECRET, secret("one"), { namespace });
      assert.deepEqual(told(await reading), []);
    },
  },
  {
    name: "initial events are asked for together with NotOlderThan",
    async run({ request, path }): Promise<void> {
      const search = { watch: "true", sendInitialEvents: "true", allowWatchBookmarks: "true" };
      assertRefused(await request("GET", path(SECRET), { search }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueForbidden", "resourceVersionMatch"]],
      });
    },
  },
  {
    name: "initial events are for watches",
    async run({ request, path }): Promise<void> {
      const search = { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" };
      assertRefused(await request("GET", path(SECRET), { search }), {
        code: 422,
        reason: "Invalid",
        causes: [
          ["FieldValueForbidden", "resourceVersionMatch"],
          ["FieldValueForbidden", "sendInitialEvents"],
        ],
      });
    },
  },
];
