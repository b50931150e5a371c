import assert from "node:assert/strict";
import { ApiError, type JsonObject, type Resource } from "../../kube/api.ts";
import {
  DEFAULT_POLICY,
  GROWING,
  OPEN_EVENT,
  PAST_EVENT,
  POLICY,
} from "../testing/sample_objects.ts";
import { readCluster, type Reader } from "./read_cluster.ts";
import { ReadFailure } from "./read_failure.ts";

const CLUSTER = { namespace: "database", name: "orders" };

/** A server that refuses some resources, and hands out one object a page. */
function reader(refused: readonly string[], lists: Record<string, JsonObject[]> = {}): Reader {
  const known: Record<string, JsonObject[]> = {
    storageevents: [PAST_EVENT, OPEN_EVENT],
    storagepolicies: [POLICY, DEFAULT_POLICY],
    ...lists,
  };
  const check = ({ plural }: Resource) => {
    if (refused.includes(plural)) throw new ApiError("no", { code: 403, reason: "Forbidden" });
  };
  return {
    get: async (resource) => {
      await Promise.resolve(check(resource));
      return resource.kind === "Cluster" ? { metadata: { annotations: { a: "b" } } } : GROWING;
    },
    list: async (resource, { continue: from = "0" }) => {
      await Promise.resolve(check(resource));
      const items = known[resource.plural] ?? [];
      const next = Number(from) + 1;
      return {
        items: items.slice(Number(from), next),
        resourceVersion: "1",
        continue: next < items.length ? String(next) : undefined,
      };
    },
  };
}

Deno.test("readCluster() reads every page, the newest event first", async () => {
  const report = await readCluster(reader([]), CLUSTER, {});
  assert.ok(report.events.kind === "read");
  assert.deepEqual(report.events.value.map(({ eventType }) => eventType), [
    "expansion",
    "circuit-breaker",
  ]);
  assert.ok(report.policies.kind === "read");
  assert.equal(report.policies.value?.policy.name, "production");
  assert.equal(report.policies.value?.namespaceDefault?.name, "namespace-default");
  assert.deepEqual(report.annotations, { kind: "read", value: { a: "b" } });
});

Deno.test("readCluster() leaves out and tells what else may not be read", async () => {
  const refused = ["storageevents", "storagepolicies", "clusters"];
  const { events, policies, annotations } = await readCluster(reader(refused), CLUSTER, {});
  for (const reading of [events, policies, annotations]) {
    assert.ok(reading.kind === "unread");
    assert.match(
      reading.message,
      /\(Forbidden\): you may not (list|get) .* in namespace "database"/,
    );
  }
});

Deno.test("readCluster() fails where the ClusterStorage itself may not be read", async () => {
  await assert.rejects(readCluster(reader(["clusterstorages"]), CLUSTER, {}), ReadFailure);
});

Deno.test("readCluster() shows no events of a former cluster of the name", async () => {
  const former = {
    ...PAST_EVENT,
    metadata: {
      ...Object(PAST_EVENT["metadata"]),
      ownerReferences: [{ kind: "Cluster", name: "orders", uid: "former" }],
    },
  };
  const { events } = await readCluster(reader([], { storageevents: [former] }), CLUSTER, {});
  assert.deepEqual(events, { kind: "read", value: [] });
});

Deno.test("readCluster() says when an event or the policy cannot be understood", async () => {
  const odd = { storageevents: [{ metadata: {} }], storagepolicies: [DEFAULT_POLICY] };
  const { events, policies } = await readCluster(reader([], odd), CLUSTER, {});
  assert.ok(events.kind === "unread" && events.message.startsWith("Cannot read the StorageEvent"));
  assert.ok(policies.kind === "unread" && policies.message.includes("StoragePolicy production"));
});
