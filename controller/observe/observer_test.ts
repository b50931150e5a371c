import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../kube/resources.ts";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { EventDraft } from "../../lib/event/event.ts";
import { storageEventObject } from "../../lib/event/storage_event.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import {
  claimObject,
  clusterObject,
  FIXTURE,
  podObject,
  reportOf,
  storageClassObject,
} from "../testing/builders.ts";
import { createFakeWatchApi } from "../testing/fake_watch_api.ts";
import { createObserver } from "./observer.ts";
import { CLUSTERS, STORAGE_EVENTS } from "./resources.ts";
import { BUSY_LIMIT_MS, INTERVAL_MS, KEY, REPORTER, startRig } from "./testing/observer_rig.ts";

Deno.test("createObserver() is synced once every picture is complete", async () => {
  await using rig = await startRig();
  assert.equal(rig.observer.synced(), true);
  assert.deepEqual(rig.observer.clusters(), [KEY]);
  assert.deepEqual(rig.dirty(), [KEY]);
  assert.deepEqual(rig.log.lines, []);
});

Deno.test("createObserver() knows nothing and says so before it runs", () => {
  const observer = createObserver({
    api: createFakeWatchApi(),
    clock: createFakeClock(),
    log: createRecordingLogger(),
    random: () => 0.5,
    watchNamespaces: [],
    chartDefaults: {},
    reportIntervalMs: INTERVAL_MS,
    operatorBusyLimitMs: BUSY_LIMIT_MS,
  });
  assert.equal(observer.synced(), false);
  assert.equal(observer.heardWithin(180_000), false);
  assert.equal(observer.view(KEY, millis(0)), undefined);
});

Deno.test("heardWithin() says no when any watch has been silent for longer", async () => {
  await using rig = await startRig();
  await rig.clock.advance(100_000);
  rig.api.put(CLUSTERS, clusterObject());
  await settle();
  assert.equal(rig.observer.heardWithin(100_000), true);
  assert.equal(rig.observer.heardWithin(99_999), false);
});

Deno.test("watches() tells how good each picture is", async () => {
  await using rig = await startRig();
  await rig.clock.advance(1_000);
  const watches = rig.observer.watches();
  assert.equal(watches.length, 7);
  assert.deepEqual(watches[0], {
    resource: "clusters",
    group: "postgresql.cnpg.io",
    synced: true,
    silentForMs: 1_000,
    relists: 1,
    failures: 0,
    trouble: undefined,
  });
});

Deno.test("run() opens one watch a resource and selects pods and claims by label", async () => {
  await using rig = await startRig();
  const selectors = rig.api.queries.map(({ plural, namespace, labelSelector }) =>
    `${plural} ${namespace ?? "*"} ${labelSelector ?? "*"}`
  );
  assert.deepEqual(selectors.sort(), [
    "clusters * *",
    "clusterstorages * *",
    "csistoragecapacities * *",
    "limitranges * *",
    "persistentvolumeclaims * cnpg.io/cluster",
    "pods * cnpg.io/podRole=instance",
    "resourcequotas * *",
    "storageclasses * *",
    "storageevents * *",
    "storagepolicies * *",
  ]);
});

Deno.test("run() watches each namespace by itself when some are named", async () => {
  await using rig = await startRig(["shop", "bank"]);
  const scopes = rig.api.queries.map(({ plural, namespace }) => `${plural} ${namespace ?? "*"}`);
  assert.deepEqual(scopes.filter((scope) => /^(pods|storageclasses) /.test(scope)), [
    "pods shop",
    "pods bank",
    "storageclasses *",
  ]);
  rig.api.put(CLUSTERS, clusterObject({ namespace: "bank", uid: "bank-uid" }));
  rig.api.put(CLUSTERS, clusterObject({ namespace: "elsewhere", uid: "elsewhere-uid" }));
  await settle();
  assert.deepEqual([...rig.observer.clusters()].sort(), ["bank/orders", KEY]);
  assert.equal(rig.view().volumes[0]?.storageClass.kind, "known");
});

Deno.test("takeReport() makes a volume known and its cluster dirty", async () => {
  await using rig = await startRig();
  rig.dirty();
  rig.observer.takeReport(REPORTER, reportOf([{ ageMs: 500 }]));
  assert.deepEqual(rig.dirty(), [KEY]);
  await rig.clock.advance(1_000);
  const { fileSystem } = rig.view().volumes[0] ?? {};
  assert.equal(fileSystem?.kind, "known");
  assert.equal(fileSystem.observedAtMs, rig.clock.now() - 1_500);
});

Deno.test("takeReport() goes by ages alone when the wall clock jumps", async () => {
  await using rig = await startRig();
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  rig.clock.jump(3_600_000);
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "known");
});

Deno.test("staleAtMs() tells when a volume becomes unknown by waiting", async () => {
  await using rig = await startRig();
  assert.equal(rig.observer.staleAtMs(rig.view()), undefined);
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  const staleAtMs = rig.observer.staleAtMs(rig.view());
  assert.ok(staleAtMs !== undefined);
  await rig.clock.advance(staleAtMs - 1 - rig.clock.now());
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "known");
  await rig.clock.advance(1);
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "unknown");
});

Deno.test("takeReport() leaves aside what another pod of that name reported", async () => {
  await using rig = await startRig();
  rig.dirty();
  rig.observer.takeReport({ ...REPORTER, podUid: "an-earlier-pod" }, reportOf([{}]));
  assert.deepEqual(rig.dirty(), []);
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "unknown");
});

Deno.test("view() forgets the sample of a pod that was replaced, and of its UID for good", async () => {
  await using rig = await startRig();
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  rig.api.remove(POD, "shop", "orders-1");
  rig.api.put(POD, podObject({ uid: "successor" }));
  await settle();
  assert.equal(rig.view().volumes[0]?.pod?.uid, "successor");
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "unknown");
  rig.api.put(POD, podObject());
  await settle();
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "unknown");
});

Deno.test("view() does not trust a sample from before a growth that the watch brought", async () => {
  await using rig = await startRig();
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  await rig.clock.advance(1_000);
  rig.api.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "20Gi" }));
  await settle();
  const { fileSystem } = rig.view().volumes[0] ?? {};
  assert.equal(fileSystem?.kind === "unknown" && fileSystem.reason, "SampleBeforeResize");
  await rig.clock.advance(1);
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  assert.equal(rig.view().volumes[0]?.fileSystem.kind, "known");
});

Deno.test("fold() shows our own write before the watch brings it, and the watch changes nothing", async () => {
  await using rig = await startRig();
  rig.dirty();
  const written = versioned(claimObject({ request: "20Gi", capacity: "10Gi" }), "900");
  rig.observer.fold(PERSISTENT_VOLUME_CLAIM, written);
  assert.equal(rig.view().volumes[0]?.claim.requestBytes, 20 * GIBIBYTE);
  assert.equal(rig.observer.claim("shop", "orders-1")?.resourceVersion, "900");
  assert.deepEqual(rig.dirty(), [KEY]);
});

Deno.test("view() is undefined once the cluster is gone, and its key is told dirty", async () => {
  await using rig = await startRig();
  rig.dirty();
  rig.api.remove(CLUSTERS, "shop", "orders");
  await settle();
  assert.deepEqual(rig.dirty(), [KEY]);
  assert.equal(rig.observer.view(KEY, millis(0)), undefined);
});

Deno.test("view() shows the events of this very Cluster, oldest first", async () => {
  await using rig = await startRig();
  rig.dirty();
  rig.api.put(STORAGE_EVENTS, storageEvent("late", FIXTURE.clusterUid, "2026-01-01T03:00:00Z"));
  rig.api.put(STORAGE_EVENTS, storageEvent("early", FIXTURE.clusterUid, "2026-01-01T02:00:00Z"));
  rig.api.put(STORAGE_EVENTS, storageEvent("foreign", "an-earlier-cluster", FIXTURE.createdAt));
  await settle();
  assert.deepEqual(rig.dirty(), [KEY]);
  assert.deepEqual(rig.view().events.map(({ name }) => name), ["early", "late"]);
  assert.equal(rig.observer.events("shop", "orders").length, 2);
});

Deno.test("onDirty() tells every cluster when a StorageClass changes", async () => {
  await using rig = await startRig();
  rig.api.put(CLUSTERS, clusterObject({ name: "stock", uid: "stock-uid" }));
  await settle();
  rig.dirty();
  rig.api.put(STORAGE_CLASS, storageClassObject({ allowVolumeExpansion: false }));
  await settle();
  assert.deepEqual([...rig.dirty()].sort(), [KEY, "shop/stock"]);
});

Deno.test("onDirty() goes on telling others when one listener fails", async () => {
  await using rig = await startRig();
  rig.observer.onDirty(() => {
    throw new Error("no");
  });
  const keys: string[] = [];
  rig.observer.onDirty((key) => keys.push(key));
  rig.api.put(CLUSTERS, clusterObject());
  await settle();
  assert.deepEqual(keys, [KEY]);
  assert.equal(rig.log.lines[0]?.message, "A listener failed");
});

Deno.test("findPod() and findCluster() give what a report's sender is checked against", async () => {
  await using rig = await startRig();
  const pod = rig.observer.findPod("shop", "orders-1");
  assert.equal(pod?.controller?.uid, FIXTURE.clusterUid);
  assert.equal(pod?.podRole, "instance");
  assert.deepEqual(rig.observer.findCluster("shop", "orders")?.instanceNames, ["orders-1"]);
  assert.deepEqual(rig.observer.annotations("shop", "orders"), {});
  assert.equal(rig.observer.findPod("shop", "orders-2"), undefined);
});

function versioned(object: JsonObject, resourceVersion: string): JsonObject {
  return { ...object, metadata: Object.assign({}, object["metadata"], { resourceVersion }) };
}

function storageEvent(name: string, clusterUid: string, creationTimestamp: string): JsonObject {
  const draft: EventDraft = {
    eventType: "circuit-breaker",
    trigger: "manual",
    dryRun: false,
    reason: "BreakerReset",
    message: "",
    status: {
      phase: "Completed",
      volumes: [],
      writeBack: { state: "skipped" },
      conditions: [],
    },
  };
  const cluster = { namespace: "shop", name: "orders", uid: clusterUid };
  const { metadata, ...object } = storageEventObject(draft, { cluster, name });
  return { ...object, metadata: { ...metadata, uid: `${name}-uid`, creationTimestamp } };
}
