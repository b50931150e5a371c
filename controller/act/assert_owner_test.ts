import assert from "node:assert/strict";

import { tellAlerts } from "../../lib/alert/tell_alerts.ts";
import type { AlertIntent } from "../../lib/decide/plan.ts";
import { governedBy, policy } from "../../lib/testing/builders.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS } from "../observe/resources.ts";
import { FIXTURE } from "../testing/builders.ts";
import { failure, metadataOf } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import { assertOwner } from "./assert_owner.ts";
import { createClusterStorageWriter } from "./cluster_storage.ts";
import { createWorld, planOf, type World } from "./testing/world.ts";
import { createWriter } from "./writer.ts";

const LEVEL: AlertIntent = {
  topic: "pressure",
  reason: "AboveCritical",
  severity: "critical",
  instance: "orders-1",
  role: "data",
  message: "orders-1/data: 81 %",
};

const signal = new AbortController().signal;
const CLUSTER = { namespace: FIXTURE.namespace, name: FIXTURE.cluster };

/** The Cluster is deleted, and the watch that would tell so is deaf. */
async function lose(world: World): Promise<void> {
  await world.kube.delete(CLUSTERS, CLUSTER, {});
}

Deno.test("assertOwner() lets a record of the very Cluster be made, and of no other", async () => {
  const world = createWorld();
  const view = world.view();
  const writer = createWriter(world.dependencies, signal);
  await assertOwner(view, writer);
  const object = world.kube.peek(CLUSTERS, CLUSTER);
  assert.ok(object);
  world.kube.put(CLUSTERS, { ...object, metadata: { ...metadataOf(object), uid: "another" } });
  await assert.rejects(assertOwner(view, writer), /expected it to be cluster-uid, found another/);
  await lose(world);
  await assert.rejects(assertOwner(view, writer), /found none/);
});

Deno.test("assertOwner() does not take a failed call for an answer", async () => {
  const world = createWorld();
  world.kube.failWhen(({ verb }) =>
    verb === "get"
      ? { when: "before", error: failure(503, "ServiceUnavailable", "busy") }
      : undefined
  );
  const writer = createWriter(world.dependencies, signal);
  await assert.rejects(
    assertOwner(world.view(), writer),
    /looking for Cluster shop\/orders: .*busy/,
  );
});

Deno.test("act() opens no incident of a Cluster that is gone unnoticed", async () => {
  const world = createWorld();
  await lose(world);
  const view = { ...world.view(), governance: governedBy(policy()), volumes: [] };
  const { plan } = tellAlerts({ ...planOf(), alerts: [LEVEL] }, view);
  const outcome = await createActor(world.dependencies).act(plan, view, signal);
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
  assert.deepEqual(world.kube.all(STORAGE_EVENTS), []);
  assert.deepEqual(world.announcements, []);
});

Deno.test("writeClusterStorage() makes none for a Cluster that is gone unnoticed", async () => {
  const world = createWorld();
  await lose(world);
  const write = createClusterStorageWriter(world.dependencies);
  const attempt = await write(world.view(), planOf(), signal);
  assert.equal(attempt.kind, "conflict");
  assert.deepEqual(world.kube.all(CLUSTER_STORAGES), []);
});
