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
import { parseClusterStorage } from "../../../lib/cluster_storage/cluster_storage.ts";
import type { Action, Plan } from "../../../lib/decide/plan.ts";
import type { Event } from "../../../lib/event/event.ts";
import { parseStorageEvent } from "../../../lib/event/parse_storage_event.ts";
import { millis } from "../../../lib/units/millis.ts";
import type { ClusterView } from "../../../lib/view/cluster.ts";
import type { Volume } from "../../../lib/view/volume.ts";
import { projectClaim } from "../../observe/project_claim.ts";
import { projectCluster } from "../../observe/project_cluster.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS } from "../../observe/resources.ts";
import { claimObject, clusterObject, FIXTURE, podObject } from "../../testing/builders.ts";
import { createFakeKube, type FakeKube, metadataOf } from "../../testing/fake_kube.ts";
import type { Announcement } from "../announce.ts";
import type { ActDependencies, ExpansionEnd } from "../ports.ts";

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
  const cache = new Map<string, ReadonlyMap<string, JsonObject>>();
  const announcements: Announcement[] = [];
  const ends: ExpansionEnd[] = [];
  const names = serials.map((serial) => `${FIXTURE.cluster}-${serial}`);
  kube.put(CLUSTERS, clusterObject({ instanceNames: names, ...fields.cluster }));
  for (const name of names) {
    kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ instance: name }));
    kube.put(POD, podObject({ name }));
  }

  function cached(resource: Resource): JsonObject[] {
    return [...(cache.get(resource.kind) ?? new Map<string, JsonObject>()).values()];
  }
  function one(resource: Resource, name: string): JsonObject | undefined {
    return cached(resource).find((object) => metadataOf(object)["name"] === name);
  }

  const world: World = {
    kube,
    clock,
    logger,
    announcements,
    ends,
    leading: true,
    dependencies: {
      api: kube,
      clock,
      logger,
      latest: {
        claim(_, name) {
          const object = one(PERSISTENT_VOLUME_CLAIM, name);
          return object && projectClaim(object);
        },
        annotations(_, name) {
          const object = one(CLUSTERS, name);
          return object && projectCluster(object).annotations;
        },
        events: () => cached(STORAGE_EVENTS).map(eventOf),
        clusterStorage(_, name) {
          const parsed = parseClusterStorage(one(CLUSTER_STORAGES, name));
          return parsed.kind === "cluster-storage" ? parsed.clusterStorage : undefined;
        },
      },
      fold(resource, object): void {
        const entries = new Map(cache.get(resource.kind));
        cache.set(resource.kind, entries.set(String(metadataOf(object)["name"]), object));
      },
      metrics: {
        written: () => {},
        failed: () => {},
        expansionEnded: (end) => ends.push(end),
      },
      announce: (announcement) => announcements.push(announcement),
      mayWrite: () => world.leading,
    },
    sync(): void {
      cache.clear();
      for (const resource of CACHED) {
        for (const object of kube.all(resource)) world.dependencies.fold(resource, object);
      }
    },
    view: () => viewOf(one(CLUSTERS, FIXTURE.cluster), cached, clock.now()),
  };
  world.sync();
  return world;
}

/** A plan that only has actions. */
export function planOf(...actions: readonly Action[]): Plan {
  return { level: "ok", volumes: [], actions, alerts: [], conditions: [], trips: [], trace: [] };
}

/** An event as it stands at the API server. */
export function eventOf(object: JsonObject): Event {
  const parsed = parseStorageEvent(object);
  if (parsed.kind === "event") return parsed.event;
  throw new TypeError(parsed.message);
}

function viewOf(
  clusterJson: JsonObject | undefined,
  cached: (resource: Resource) => JsonObject[],
  nowMs: number,
): ClusterView {
  if (clusterJson === undefined) throw new TypeError("Cannot build a view: expected a Cluster");
  const cluster = projectCluster(clusterJson);
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
    volumes: cached(PERSISTENT_VOLUME_CLAIM).map(volumeOf),
    events: cached(STORAGE_EVENTS).map(eventOf),
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
