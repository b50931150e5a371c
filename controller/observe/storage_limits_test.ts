// What is known of quotas, limits and capacities, and that nothing waits for it.

import assert from "node:assert/strict";
import {
  ApiError,
  type JsonObject,
  type KubeApi,
  type Resource,
  type WatchEvent,
} from "../../kube/api.ts";
import { CSI_STORAGE_CAPACITY, LIMIT_RANGE, RESOURCE_QUOTA } from "../../kube/resources.ts";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE } from "../../lib/units/millis.ts";
import { createFakeWatchApi } from "../testing/fake_watch_api.ts";
import { createStorageLimitBook } from "./storage_limits.ts";
import { KEY, startRig } from "./testing/observer_rig.ts";

function named(name: string, namespace = "shop"): JsonObject {
  return { metadata: { name, namespace, uid: `${name}-uid`, resourceVersion: "1" } };
}

function quota(used: string, pods = "3"): JsonObject {
  const hard = { "requests.storage": "100Gi", pods: "10" };
  return {
    ...named("team"),
    status: { hard, used: { "requests.storage": used, pods } },
  };
}

function capacity(name: string, fields: JsonObject): JsonObject {
  return { ...named(name, "csi"), ...fields };
}

Deno.test("createObserver() knows what limits the claims of a cluster's namespace", async () => {
  await using rig = await startRig(["shop"]);
  rig.api.put(RESOURCE_QUOTA, quota("60Gi"));
  rig.api.put(LIMIT_RANGE, {
    ...named("sizes"),
    spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "50Gi" } }] },
  });
  rig.api.put(CSI_STORAGE_CAPACITY, capacity("a", { storageClassName: "lvm", capacity: "7Gi" }));
  rig.api.put(CSI_STORAGE_CAPACITY, capacity("b", { storageClassName: "lvm", capacity: "0" }));
  rig.api.put(CSI_STORAGE_CAPACITY, capacity("c", { storageClassName: "odd", capacity: "1Gi" }));
  rig.api.put(CSI_STORAGE_CAPACITY, capacity("d", { storageClassName: "odd" }));
  await settle();
  assert.deepEqual(rig.view().storageLimits, {
    quotas: [{ name: "team", hardBytes: 100 * GIBIBYTE, usedBytes: 60 * GIBIBYTE }],
    claimSizeLimits: [{ name: "sizes", maxBytes: 50 * GIBIBYTE }],
    classCapacities: [{ storageClass: "lvm", availableBytes: 7 * GIBIBYTE }],
  });
  rig.api.remove(CSI_STORAGE_CAPACITY, "csi", "a");
  await settle();
  assert.deepEqual(rig.view().storageLimits?.classCapacities, [
    { storageClass: "lvm", availableBytes: 0 },
  ]);
});

Deno.test("createObserver() looks at a cluster again when its quota leaves more, not for pods", async () => {
  await using rig = await startRig();
  rig.api.put(RESOURCE_QUOTA, quota("60Gi"));
  await settle();
  rig.dirty();
  rig.api.put(RESOURCE_QUOTA, quota("60Gi", "4"));
  await settle();
  assert.deepEqual(rig.dirty(), []);
  rig.api.put(RESOURCE_QUOTA, quota("50Gi"));
  await settle();
  assert.deepEqual(rig.dirty(), [KEY]);
});

Deno.test("createStorageLimitBook() says that nothing is known where it may watch nothing", async () => {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const book = createStorageLimitBook({
    api: forbidding(createFakeWatchApi(), () => true),
    clock,
    log,
    random: () => 0.5,
    watchNamespaces: [],
  }, () => {});
  const stopping = new AbortController();
  const running = Promise.all(book.pictures.map((picture) => picture.run(stopping.signal)));
  for (let minutes = 0; minutes < 30; minutes++) await clock.advance(60_000);
  assert.equal(book.of("shop"), undefined);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields["resource"]),
    ["resourcequotas", "limitranges", "csistoragecapacities"],
  );
  stopping.abort();
  await running;
});

Deno.test("createStorageLimitBook() tells of what it may watch alone", async () => {
  const clock = createFakeClock();
  const api = createFakeWatchApi();
  api.put(RESOURCE_QUOTA, quota("60Gi"));
  const book = createStorageLimitBook({
    api: forbidding(api, ({ plural }) => plural !== RESOURCE_QUOTA.plural),
    clock,
    log: createRecordingLogger(),
    random: () => 0.5,
    watchNamespaces: [],
  }, () => {});
  const stopping = new AbortController();
  const running = Promise.all(book.pictures.map((picture) => picture.run(stopping.signal)));
  await settle();
  assert.deepEqual(book.of("shop")?.quotas.map(({ name }) => name), ["team"]);
  assert.deepEqual(book.of("shop")?.classCapacities, []);
  assert.deepEqual(book.of("bank")?.quotas, []);
  stopping.abort();
  await running;
});

Deno.test("createStorageLimitBook() says nothing of what it has not heard of for minutes: it may have been raised", async () => {
  const clock = createFakeClock();
  const api = createFakeWatchApi();
  api.put(RESOURCE_QUOTA, quota("100Gi"));
  let isFrozen = false;
  const book = createStorageLimitBook({
    api: freezing(api, () => isFrozen),
    clock,
    log: createRecordingLogger(),
    random: () => 0.5,
    watchNamespaces: [],
  }, () => {});
  const stopping = new AbortController();
  const running = Promise.all(book.pictures.map((picture) => picture.run(stopping.signal)));
  await settle();
  const told: (number | undefined)[] = [];
  for (const frozen of [false, true]) {
    isFrozen = frozen;
    for (let minutes = 0; minutes < 4; minutes++) await clock.advance(MINUTE);
    told.push(book.of("shop")?.quotas.length);
  }
  assert.deepEqual(told, [1, undefined]);
  stopping.abort();
  await running;
});

/** A server that refuses to have some resources watched. */
function forbidding(api: KubeApi, isForbidden: (resource: Resource) => boolean): KubeApi {
  return {
    ...api,
    watch(resource, query, options): ReturnType<KubeApi["watch"]> {
      if (!isForbidden(resource)) return api.watch(resource, query, options);
      throw new ApiError(`${resource.plural}: no`, { code: 403, reason: "Forbidden" });
    },
  };
}

/** A server that takes watches and says nothing. */
function freezing(api: KubeApi, isFrozen: () => boolean): KubeApi {
  return {
    ...api,
    watch: (resource, query, options) =>
      isFrozen() ? silence(options?.signal) : api.watch(resource, query, options),
  };
}

function silence(signal: AbortSignal | undefined): AsyncIterable<WatchEvent> {
  const ended = new Promise<IteratorResult<WatchEvent>>((resolve) => {
    signal?.addEventListener("abort", () => resolve({ done: true, value: undefined }));
  });
  return { [Symbol.asyncIterator]: () => ({ next: () => ended }) };
}
