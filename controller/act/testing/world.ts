/**
 * A cluster at a fake API server, with caches that lag behind it until they are synced.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../../kube/resources.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../../kube/testing/recording_logger.ts";
import {
  type ClusterStorage,
  parseClusterStorage,
} from "../../../lib/cluster_storage/cluster_storage.ts";
import type { Action, Plan } from "../../../lib/decide/plan.ts";
import type { Event } from "../../../lib/event/event.ts";
import { parseStorageEvent } from "../../../lib/event/parse_storage_event.ts";
import { millis } from "../../../lib/units/millis.ts";
import type { ClusterView } from "../../../lib/view/cluster.ts";
import { parseObjectKey } from "../../../lib/view/object_key.ts";
import type { Volume } from "../../../lib/view/volume.ts";
import { projectClaim } from "../../observe/project_claim.ts";
import { projectCluster } from "../../observe/project_cluster.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS } from "../../observe/resources.ts";
import { claimObject, clusterObject, FIXTURE, podObject } from "../../testing/builders.ts";
import { createFakeKube, type FakeKube, metadataOf } from "../../testing/fake_kube.ts";
import type { Announcement } from "../announce.ts";
import type { ActDependencies, ClaimFacts, ExpansionEnd, Fold, Latest } from "../ports.ts";

/** Kinds that the caches hold. */
const CACHED: readonly Resource[] = [
  CLUSTERS,
  PERSISTENT_VOLUME_CLAIM,
  STORAGE_EVENTS,
  CLUSTER_STORAGES,
];

/** What a test may say about the world. */
export interface WorldFields {
  /** Serial numbers of the instances. @default {[1, 2]} */
  readonly serials?: readonly number[] | undefined;
  readonly cluster?: Parameters<typeof clusterObject>[0];
}

/** The world, and what was done in it. */
export interface World {
  readonly kube: FakeKube;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly dependencies: ActDependencies;
  readonly announcements: Announcement[];
  readonly ends: ExpansionEnd[];
  /** What was counted of alerts. */
  readonly alertCounts: string[];
  /** Whether this process leads; true until a test sets it. */
  leading: boolean;
  /** Brings the caches up to date, as the watches would. */
  sync(): void;
  view(): ClusterView;
}

/** Creates the world with one cluster `shop/orders` of two instances of 10Gi, all synced. */
export function createWorld(fields: WorldFields = {}): World {
  const { serials = [1, 2] } = fields;
  const kube = createFakeKube();
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const caches = createCaches();
  const announcements: Announcement[] = [];
  const ends: ExpansionEnd[] = [];
  const alertCounts: string[] = [];
  const names = serials.map((serial) => `${FIXTURE.cluster}-${serial}`);
  kube.put(CLUSTERS, clusterObject({ instanceNames: names, ...fields.cluster }));
  for (const name of names) {
    kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ instance: name }));
    kube.put(POD, podObject({ name }));
  }
  const world: World = {
    kube,
    clock,
    logger,
    announcements,
    ends,
    alertCounts,
    leading: true,
    dependencies: {
      api: kube,
      clock,
      logger,
      latest: latestOf(caches),
      fold: caches.fold,
      metrics: {
        failed: () => {},
        expansionEnded: (_cluster, end) => ends.push(end),
        alertSent: (_cluster, severity) => alertCounts.push(`sent ${severity}`),
        alertSuppressed: (_cluster, why) => alertCounts.push(`suppressed ${why}`),
      },
      announce: (announcement) => announcements.push(announcement),
      mayWrite: () => world.leading,
    },
    sync(): void {
      caches.clear();
      for (const resource of CACHED) {
        for (const object of kube.all(resource)) caches.fold(resource, object);
      }
    },
    view: () => viewOf(caches, clock.now()),
  };
  world.sync();
  return world;
}

interface Caches {
  readonly fold: Fold;
  all(resource: Resource): JsonObject[];
  one(resource: Resource, name: string): JsonObject | undefined;
  clear(): void;
}

function createCaches(): Caches {
  const objects = new Map<string, { readonly resource: Resource; readonly object: JsonObject }>();
  return {
    fold(resource, object): void {
      objects.set(`${resource.kind}/${metadataOf(object)["name"]}`, { resource, object });
    },
    all: (resource) =>
      [...objects.values()].filter((entry) => entry.resource.kind === resource.kind)
        .map(({ object }) => object),
    one: (resource, name) => objects.get(`${resource.kind}/${name}`)?.object,
    clear: () => objects.clear(),
  };
}

function latestOf(caches: Caches): Latest {
  return {
    claim(_namespace, name): ClaimFacts | undefined {
      const object = caches.one(PERSISTENT_VOLUME_CLAIM, name);
      return object && projectClaim(object);
    },
    annotations(_namespace, name): Readonly<Record<string, string>> | undefined {
      const object = caches.one(CLUSTERS, name);
      return object && projectCluster(object).annotations;
    },
    events: () => caches.all(STORAGE_EVENTS).map(eventOf),
    clusterStorage(key): ClusterStorage | undefined {
      const { name } = parseObjectKey(key);
      const parsed = parseClusterStorage(caches.one(CLUSTER_STORAGES, name));
      return parsed.kind === "cluster-storage" ? parsed.clusterStorage : undefined;
    },
  };
}

/** A plan that only has actions. */
export function planOf(...actions: readonly Action[]): Plan {
  return { level: "ok", volumes: [], actions, alerts: [], conditions: [], trace: [] };
}

/** An event as it stands at the API server. */
export function eventOf(object: JsonObject): Event {
  const parsed = parseStorageEvent(object);
  if (parsed.kind === "event") return parsed.event;
  throw new TypeError(parsed.message);
}

function viewOf(caches: Caches, nowMs: number): ClusterView {
  const object = caches.one(CLUSTERS, FIXTURE.cluster);
  if (object === undefined) throw new TypeError("Cannot build a view: expected a Cluster");
  const cluster = projectCluster(object);
  return {
    nowMs: millis(nowMs),
    namespace: cluster.namespace,
    name: cluster.name,
    uid: cluster.uid,
    resourceVersion: cluster.resourceVersion,
    deleting: cluster.deleting,
    operator: { phase: cluster.signs.phase, diskFull: false },
    governance: { kind: "none" },
    pause: { kind: "none" },
    breakerReset: false,
    annotations: cluster.annotations,
    declaredSizes: cluster.declaredSizes,
    firstSeenSizes: [],
    volumes: caches.all(PERSISTENT_VOLUME_CLAIM).map(volumeOf),
    events: caches.all(STORAGE_EVENTS).map(eventOf),
    maintenanceWindow: { kind: "always" },
  };
}

function volumeOf(object: JsonObject): Volume {
  const claim = projectClaim(object);
  return {
    instance: claim.instance ?? "",
    role: claim.role ?? "data",
    holdsWal: true,
    claim,
    storageClass: { kind: "unknown" },
    fileSystem: { kind: "unknown", reason: "NoSample", message: "no source has reported" },
    walHeadroom: { kind: "unknown" },
  };
}
