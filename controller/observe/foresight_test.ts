// What views say beyond the present, through the whole observer.

import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { settle } from "../../kube/testing/fake_clock.ts";
import { storageEventObject, storageEventStatus } from "../../lib/event/storage_event.ts";
import type { HistorySample } from "../../lib/report/report.ts";
import { expansionEvent, NOW_MS, progressOf, volume } from "../../lib/testing/builders.ts";
import { MEBIBYTE } from "../../lib/units/bytes.ts";
import { after, SECOND } from "../../lib/units/millis.ts";
import type { Volume } from "../../lib/view/volume.ts";
import { claimObject, FIXTURE, reportOf } from "../testing/builders.ts";
import { CLUSTER_STORAGES, STORAGE_EVENTS } from "./resources.ts";
import { REPORTER, type Rig, startRig } from "./testing/observer_rig.ts";

const CLAIM = "orders-1";
const CLAIM_UID = "orders-1-claim-uid";

/** An hour that ends now, half full, in which a mebibyte was added every half a minute. */
function rememberedHour(role: string): HistorySample[] {
  return Array.from({ length: 120 }, (_, index): HistorySample => {
    const usedBytes = 5 * 1024 * MEBIBYTE - index * MEBIBYTE;
    return { role, ageMs: index * 30 * SECOND, usedBytes, availableBytes: 5 * 1024 * MEBIBYTE };
  });
}

function report(rig: Rig, history?: readonly HistorySample[]): Volume {
  rig.observer.takeReport(
    REPORTER,
    reportOf([{}], history === undefined ? {} : { history: [...history] }),
  );
  const [volume] = rig.view().volumes;
  assert.ok(volume !== undefined);
  return volume;
}

function wantsHistory(rig: Rig, instance = "orders-1"): boolean {
  return rig.observer.wantsHistory(rig.view(), instance);
}

/** An expansion of the claim that took so long. */
function expanded(index: number, seconds: number): JsonObject {
  const requestedAtMs = after(NOW_MS, index * 1_000 * SECOND);
  const member = progressOf(volume({ claim: { name: CLAIM, uid: CLAIM_UID } }), {
    step: "Verified",
    requestedAtMs,
    finishedAtMs: after(requestedAtMs, seconds * SECOND),
  });
  const event = expansionEvent([member]);
  const cluster = { namespace: FIXTURE.namespace, name: "orders", uid: FIXTURE.clusterUid };
  const { metadata, ...object } = storageEventObject(event, { cluster, name: `e-${index}` });
  return {
    ...object,
    metadata: {
      ...metadata,
      uid: `e-${index}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
    status: storageEventStatus(event.status, [], NOW_MS),
  };
}

Deno.test("view() foretells by what the agent remembers, which it is asked for until it has come", async () => {
  await using rig = await startRig();
  assert.equal(report(rig).forecast, undefined);
  assert.equal(wantsHistory(rig, "orders-2"), false);
  assert.ok(wantsHistory(rig));
  const { forecast } = report(rig, rememberedHour("data"));
  assert.equal(forecast?.rates.hour.kind, "known");
  assert.equal(wantsHistory(rig), false);
});

Deno.test("view() takes nothing over that an agent remembers of another role", async () => {
  await using rig = await startRig();
  report(rig);
  const { forecast } = report(rig, rememberedHour("wal"));
  assert.equal(forecast?.rates.hour.kind, "unknown", "its past is known to be none");
});

Deno.test("view() foretells nothing of a claim by the past of its predecessor", async () => {
  await using rig = await startRig();
  report(rig);
  assert.ok(report(rig, rememberedHour("data")).forecast !== undefined);
  rig.api.put(PERSISTENT_VOLUME_CLAIM, claimObject({ uid: "another" }));
  await settle();
  assert.equal(report(rig).forecast, undefined);
});

Deno.test("view() knows how long volumes of a class took to grow, once three did", async () => {
  await using rig = await startRig();
  rig.api.put(STORAGE_EVENTS, expanded(1, 10));
  rig.api.put(STORAGE_EVENTS, expanded(2, 30));
  await settle();
  assert.equal(report(rig).expansionTimeMs, undefined);
  await rig.clock.advance(60_000);
  rig.api.put(STORAGE_EVENTS, expanded(3, 20));
  await settle();
  assert.equal(report(rig).expansionTimeMs, 30 * SECOND);
});

Deno.test("view() says why volumes have the levels that were told last", async () => {
  await using rig = await startRig();
  assert.equal(report(rig).toldReason, undefined);
  const told = (resourceVersion: string, reason: string): JsonObject => ({
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "ClusterStorage",
    metadata: {
      namespace: FIXTURE.namespace,
      name: "orders",
      uid: "storage",
      resourceVersion,
      ownerReferences: [{
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        name: "orders",
        uid: FIXTURE.clusterUid,
        controller: true,
      }],
    },
    status: {
      volumes: [{
        instance: "orders-1",
        role: "data",
        claim: CLAIM,
        requested: "10Gi",
        level: "expansion",
        reason,
      }],
    },
  });
  rig.api.put(CLUSTER_STORAGES, told("1", "TimeToFullShort"));
  await settle();
  assert.equal(report(rig).toldReason, "TimeToFullShort");
  rig.api.put(CLUSTER_STORAGES, told("2", "OfALaterVersion"));
  await settle();
  assert.equal(report(rig).toldReason, undefined);
});
