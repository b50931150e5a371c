/**
 * Everything that is kept in memory, and how each difference at the API server changes it.
 *
 * @module
 */

import type { Change } from "../../kube/object_cache.ts";
import type { ClusterStorage } from "../../lib/cluster_storage/mod.ts";
import type { Event } from "../../lib/event/event.ts";
import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import type { StoragePolicy } from "../../lib/policy/storage_policy.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { History } from "../history/history.ts";
import { createNoHistory } from "../history/no_history.ts";
import { isRunning } from "./build_volume.ts";
import { type BusyTimes, createBusyTimes } from "./busy_times.ts";
import { type CapacityChanges, createCapacityChanges } from "./capacity_changes.ts";
import { type ClusterIndex, createClusterIndex } from "./cluster_index.ts";
import type { ForecastDependencies } from "./forecasts.ts";
import { createForesight, type Foresight } from "./foresight.ts";
import { createDisagreements, type Disagreements } from "./disagreements.ts";
import { createListeners, type Listeners } from "./listeners.ts";
import {
  type ChangeHandlers,
  createPictures,
  type PictureOptions,
  type Pictures,
} from "./pictures.ts";
import { operatorState } from "./operator_state.ts";
import { createPolicyBook, type PolicyBook } from "./policy_book.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { ClusterRecord } from "./project_cluster.ts";
import type { EventRecord } from "./project_custom.ts";
import type { PodRecord } from "./project_pod.ts";
import { createRunningTimes, type RunningTimes } from "./running_times.ts";
import { createSampleStore, type SampleStore } from "./samples.ts";
import { createSharedBreakers, type SharedBreakers } from "./shared_breakers.ts";
import { createSourceProblems, type SourceProblems } from "./source_problems.ts";
import { createWalCounts, type WalCounts } from "./wal_counts.ts";
import { createStorageLimitBook, type StorageLimitBook } from "./storage_limits.ts";

/** What memory is made with. */
export interface MemoryOptions extends PictureOptions {
  /** Settings beneath every policy (the chart's `defaults`). */
  readonly chartDefaults: InheritableSpec;
  /** What was kept of volumes. @default {nothing} */
  readonly history?: History | undefined;
  /** Whether this process leads, and keeps what it sees. @default {never} */
  readonly leads?: (() => boolean) | undefined;
}

/** The memory of an observer. */
export interface Memory {
  readonly pictures: Pictures;
  readonly pods: ClusterIndex<PodRecord>;
  readonly claims: ClusterIndex<ClaimRecord>;
  readonly events: ClusterIndex<EventRecord>;
  readonly samples: SampleStore;
  readonly capacityChanges: CapacityChanges;
  readonly busyTimes: BusyTimes;
  readonly runningTimes: RunningTimes;
  readonly problems: SourceProblems;
  readonly walCounts: WalCounts;
  readonly disagreements: Disagreements;
  readonly foresight: Foresight;
  readonly book: PolicyBook;
  readonly breakers: SharedBreakers;
  readonly limits: StorageLimitBook;
  /** Told the key of a cluster about which there is news. */
  readonly dirty: Listeners<readonly [string]>;
  readonly policiesChanged: Listeners<readonly []>;
}

type Kept = Omit<Memory, "pictures" | "book" | "breakers" | "limits">;

/** Creates a memory that holds nothing yet. */
export function createMemory(options: MemoryOptions): Memory {
  const kept: Kept = {
    pods: createClusterIndex<PodRecord>(clusterKeyByLabel),
    claims: createClusterIndex<ClaimRecord>(clusterKeyByLabel),
    events: createClusterIndex<EventRecord>((record) => objectKey(record.cluster)),
    samples: createSampleStore(),
    capacityChanges: createCapacityChanges(),
    busyTimes: createBusyTimes(),
    runningTimes: createRunningTimes(),
    problems: createSourceProblems(),
    walCounts: createWalCounts(),
    disagreements: createDisagreements(),
    foresight: createForesight(foresightOptions(options), () => pictures),
    dirty: createListeners(options.log),
    policiesChanged: createListeners(options.log),
  };
  const book = createPolicyBook({
    policies: () => pictures.policies.list(),
    clusters: () => pictures.clusters.list(),
    incumbents: () => incumbentsOf(pictures),
    // One cluster's incumbent may decide which default governs its neighbours.
    onReassigned: kept.dirty.tell,
    chart: options.chartDefaults,
  });
  const pictures: Pictures = createPictures(options, {
    ...objectHandlers(kept, () => breakers, () => options.clock.monotonic()),
    ...policyHandlers(kept, book, () => pictures, () => options.clock.monotonic()),
  });
  const breakers = createSharedBreakers({
    sharing: book.sharingBreaker,
    events(key): readonly Event[] {
      const cluster = pictures.clusters.get(key);
      return cluster === undefined ? [] : eventsOf(kept, cluster);
    },
  });
  const limits = createStorageLimitBook(options, (namespace) => {
    for (const cluster of pictures.clusters.list()) {
      if (cluster.namespace === namespace) kept.dirty.tell(objectKey(cluster));
    }
  });
  return { ...kept, book, breakers, limits, pictures };
}

function foresightOptions(
  { clock, log, history = createNoHistory(), leads = () => false }: MemoryOptions,
): ForecastDependencies {
  return { clock, log, history, leads };
}

/** Events of a cluster; those of another Cluster that had the same name do not count. */
export function eventsOf(
  { events }: Pick<Memory, "events">,
  cluster: ClusterRecord,
): readonly Event[] {
  return events.of(objectKey(cluster))
    .filter((record) => record.cluster.uid === cluster.uid)
    .map((record) => record.event);
}

/** The cluster that a pod or a claim names in its labels. */
export function clusterKeyByLabel(
  { namespace, clusterName }: {
    readonly namespace: string;
    readonly clusterName?: string | undefined;
  },
): string | undefined {
  return clusterName && objectKey({ namespace, name: clusterName });
}

/**
 * The ClusterStorage of a Cluster. One that another Cluster of that name left behind, or that somebody made
 * without an owner, does not count: nobody can tell whose history it holds.
 */
export function storageOf(pictures: Pictures, cluster: ClusterRecord): ClusterStorage | undefined {
  const found = pictures.clusterStorages.get(objectKey(cluster));
  return found?.clusterUid === cluster.uid ? found : undefined;
}

function incumbentsOf(pictures: Pictures): ReadonlyMap<string, string> {
  return new Map(
    pictures.clusters.list().flatMap((cluster): [string, string][] => {
      const policyName = storageOf(pictures, cluster)?.status.policy?.name;
      return policyName === undefined ? [] : [[objectKey(cluster), policyName]];
    }),
  );
}

function objectHandlers(
  kept: Kept,
  breakers: () => SharedBreakers,
  monotonicMs: () => number,
): Pick<ChangeHandlers, "pod" | "claim" | "event"> {
  return {
    pod(change): void {
      kept.pods.apply(change);
      if (isGone(change)) {
        kept.samples.forget(change.previous.uid);
        kept.runningTimes.forget(change.previous.uid);
        kept.walCounts.forget(change.previous.uid);
      }
      if (change.kind !== "deleted") {
        kept.runningTimes.see(change.object.uid, isRunning(change.object), monotonicMs());
      }
      tellEach(kept, change, clusterKeyByLabel);
    },
    claim(change): void {
      kept.claims.apply(change);
      kept.foresight.claimChanged(change);
      if (isGone(change)) {
        kept.capacityChanges.forget(change.previous.uid);
        kept.disagreements.forget(change.previous.uid);
      }
      if (change.kind !== "deleted") {
        const { uid, capacityBytes } = change.object;
        kept.capacityChanges.see(uid, capacityBytes, monotonicMs());
      }
      tellEach(kept, change, clusterKeyByLabel);
    },
    event(change): void {
      kept.events.apply(change);
      kept.foresight.eventChanged();
      tellEach(kept, change, (record) => objectKey(record.cluster));
      const { cluster } = change.kind === "deleted" ? change.previous : change.object;
      // One that is new has not failed yet, and thousands are new when a process begins.
      if (change.kind !== "updated") return breakers().forget(cluster);
      for (const key of breakers().recount(cluster)) kept.dirty.tell(key);
    },
  };
}

function policyHandlers(
  kept: Kept,
  book: PolicyBook,
  pictures: () => Pictures,
  monotonicMs: () => number,
): Pick<ChangeHandlers, "cluster" | "clusterStorage" | "policy" | "storageClass"> {
  function reassign(): void {
    book.invalidate();
    kept.policiesChanged.tell();
  }
  return {
    cluster(change): void {
      if (isGone(change)) kept.busyTimes.forget(change.previous.uid);
      if (change.kind !== "deleted") {
        const { uid, signs } = change.object;
        kept.busyTimes.see(uid, operatorState(signs).busy !== undefined, monotonicMs());
      }
      if (change.kind !== "updated" || !sameLabels(change.previous, change.object)) reassign();
      tellEach(kept, change, objectKey);
    },
    clusterStorage(change): void {
      if (
        change.kind !== "updated" || incumbencyOf(change.previous) !== incumbencyOf(change.object)
      ) {
        reassign();
      }
      tellEach(kept, change, objectKey);
    },
    policy(change): void {
      book.invalidate();
      // Our own writes of the status come back as changes; answering them would never end.
      if (isStatusOnly(change)) return;
      const { namespace } = change.kind === "deleted" ? change.previous : change.object;
      kept.policiesChanged.tell();
      for (const cluster of pictures().clusters.list()) {
        if (cluster.namespace === namespace) kept.dirty.tell(objectKey(cluster));
      }
    },
    storageClass(): void {
      for (const cluster of pictures().clusters.list()) kept.dirty.tell(objectKey(cluster));
    },
  };
}

type Gone<T> = Extract<Change<T>, { readonly kind: "deleted" | "replaced" }>;

/** Whether the object that was there is no more; another may have taken its name. */
function isGone<T>(change: Change<T>): change is Gone<T> {
  return change.kind === "deleted" || change.kind === "replaced";
}

/** Tells of the cluster that the object belongs to, and of the one that it belonged to. */
function tellEach<T>(
  kept: Kept,
  change: Change<T>,
  keyOf: (object: T) => string | undefined,
): void {
  const keys = [
    change.kind === "added" ? undefined : keyOf(change.previous),
    change.kind === "deleted" ? undefined : keyOf(change.object),
  ];
  for (const key of new Set(keys)) {
    if (key !== undefined) kept.dirty.tell(key);
  }
}

/** A policy's generation counts the changes of its spec. */
function isStatusOnly(change: Change<StoragePolicy>): boolean {
  return change.kind === "updated" && change.previous.generation === change.object.generation;
}

function sameLabels(first: ClusterRecord, second: ClusterRecord): boolean {
  const [before, after] = [Object.entries(first.labels), Object.entries(second.labels)];
  return before.length === after.length &&
    before.every(([key, value]) => second.labels[key] === value);
}

/** What a ClusterStorage says about incumbency: the policy, and of which Cluster it speaks. */
function incumbencyOf({ clusterUid, status }: ClusterStorage): string {
  return `${clusterUid ?? ""}/${status.policy?.name ?? ""}`;
}
