/**
 * What is known, kept up to date: watches and reports in, views of clusters out (DESIGN §3).
 *
 * News only marks a cluster's key dirty; nobody works on it here.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { type ClusterStorage, firstSeenSizes } from "../../lib/cluster_storage/mod.ts";
import type { Event } from "../../lib/event/event.ts";
import type { Report } from "../../lib/report/report.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import type { ClusterView, Governance, MaintenanceWindow } from "../../lib/view/cluster.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import { buildClusterView } from "./build_view.ts";
import { createWindowBook, type WindowBook } from "./maintenance_windows.ts";
import {
  clusterKeyByLabel,
  createMemory,
  eventsOf,
  type Memory,
  type MemoryOptions,
  storageOf,
} from "./memory.ts";
import { type Measuring, measuring } from "./measuring.ts";
import { firstStaleAtMs, staleAfter } from "./observe_file_system.ts";
import { allPictures } from "./pictures.ts";
import type { WatchTrouble } from "./scoped_reflector.ts";
import type { PolicyReport } from "./policy_book.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { ClusterRecord } from "./project_cluster.ts";
import type { PodRecord } from "./project_pod.ts";

/** What an observer is told when it is made. */
export interface ObserverOptions extends MemoryOptions {
  /** How often agents report while nothing happens; samples become stale by it. */
  readonly reportIntervalMs: number;
  /** How long routine expansions wait for CNPG to rest. */
  readonly operatorBusyLimitMs: number;
}

/** An object whose latest state cannot be read. */
export interface UnreadableObject {
  /** Plural of its resource. */
  readonly resource: string;
  readonly key: string;
}

/** How good the picture of one resource is. */
export interface WatchState {
  /** Plural of the resource. */
  readonly resource: string;
  /** API group of the resource; empty for the core. */
  readonly group: string;
  /** Whether the picture is complete. */
  readonly synced: boolean;
  /** How long nothing was heard of it, on the monotonic clock; undefined if it never was. */
  readonly silentForMs?: number | undefined;
  /** Whole states that were taken. */
  readonly relists: number;
  /** Failures after which the server was asked again. */
  readonly failures: number;
  /** Why the watch does not go on; absent while it does. */
  readonly trouble?: WatchTrouble | undefined;
}

/** Whose agent reports, as established from its token. */
export interface ReportingPod {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Knows what is known. Keys of clusters are `NAMESPACE/NAME`. */
export interface Observer extends Measuring {
  /** Keeps watching until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
  /** Whether every picture is complete. */
  synced(): boolean;
  /** Whether every watch was heard within the last `limitMs`. */
  heardWithin(limitMs: number): boolean;
  /** The watches one by one. */
  watches(): readonly WatchState[];
  /** Calls back with the key of a cluster about which there is news. Never awaited. */
  onDirty(listener: (key: string) => void): void;
  /** Calls back when policies or what they govern may have changed. */
  onPoliciesChanged(listener: () => void): void;
  /** Keys of all clusters. */
  clusters(): readonly string[];
  /** The view of a cluster, or undefined where there is none of that key. */
  view(key: string, nowMs: Millis): ClusterView | undefined;
  /** When the first known volume of a view becomes unknown by waiting alone. */
  staleAtMs(view: ClusterView): Millis | undefined;
  /** Every policy with what it governs and where it lost. */
  policies(): readonly PolicyReport[];
  clusterStorage(key: string): ClusterStorage | undefined;
  /** Takes a report in. One of a pod that is gone, or is another by now, is left aside. */
  takeReport(pod: ReportingPod, report: Report): void;
  /** Whether the agent of an instance should hand over what it remembers. Asked once for each answer. */
  wantsHistory(view: ClusterView, instance: string): boolean;
  /** Folds in what the API server answered to a write of ours (not to a dry run). */
  fold(resource: Resource, object: JsonObject): void;
  findPod(namespace: string, name: string): PodRecord | undefined;
  findCluster(namespace: string, name: string): ClusterRecord | undefined;
  claim(namespace: string, name: string): ClaimRecord | undefined;
  /** Our own annotations of a Cluster. */
  annotations(namespace: string, clusterName: string): Readonly<Record<string, string>> | undefined;
  /** StorageEvents of a Cluster, in no order. */
  events(namespace: string, clusterName: string): readonly Event[];
  /** Objects whose latest state cannot be read. */
  unreadable(): readonly UnreadableObject[];
}

/** Creates an observer that knows nothing yet. */
export function createObserver(options: ObserverOptions): Observer {
  const memory = createMemory(options);
  return {
    ...watching(memory),
    ...lookingUp(memory),
    ...viewing(memory, options),
    ...measuring(memory, { ...options, staleAfterMs: staleAfter(options.reportIntervalMs) }),
  };
}

function watching(
  { foresight, pictures, limits, dirty, policiesChanged }: Memory,
): Pick<
  Observer,
  | "run"
  | "synced"
  | "heardWithin"
  | "watches"
  | "onDirty"
  | "onPoliciesChanged"
  | "fold"
  | "unreadable"
> {
  const all = allPictures(pictures);
  return {
    async run(signal): Promise<void> {
      const running = [...all, ...limits.pictures, foresight];
      await Promise.all(running.map((one) => one.run(signal)));
    },
    synced: () => all.every((picture) => picture.synced()),
    heardWithin: (limitMs) =>
      all.every((picture) => (picture.silentForMs() ?? Number.POSITIVE_INFINITY) <= limitMs),
    watches: () =>
      all.map((picture) => ({
        resource: picture.plural,
        group: picture.resource.group,
        synced: picture.synced(),
        silentForMs: picture.silentForMs(),
        relists: picture.relists(),
        failures: picture.failures(),
        trouble: picture.trouble(),
      })),
    onDirty: dirty.add,
    onPoliciesChanged: policiesChanged.add,
    fold(resource, object): void {
      all.find(({ plural }) => plural === resource.plural)?.observe(object);
    },
    unreadable: () =>
      all.flatMap(({ plural, unreadable }) =>
        unreadable().map((key) => ({ resource: plural, key }))
      ),
  };
}

function lookingUp(
  memory: Memory,
): Pick<Observer, "findPod" | "findCluster" | "claim" | "annotations" | "events" | "clusters"> {
  const { clusters, pods, claims } = memory.pictures;
  return {
    clusters: () => clusters.list().map(objectKey),
    findPod: (namespace, name) => pods.get(objectKey({ namespace, name })),
    findCluster: (namespace, name) => clusters.get(objectKey({ namespace, name })),
    claim: (namespace, name) => claims.get(objectKey({ namespace, name })),
    annotations: (namespace, clusterName) =>
      clusters.get(objectKey({ namespace, name: clusterName }))?.annotations,
    events(namespace, clusterName): readonly Event[] {
      const cluster = clusters.get(objectKey({ namespace, name: clusterName }));
      return cluster === undefined ? [] : eventsOf(memory, cluster);
    },
  };
}

function viewing(
  memory: Memory,
  options: ObserverOptions,
): Pick<
  Observer,
  "view" | "staleAtMs" | "policies" | "clusterStorage" | "takeReport" | "wantsHistory"
> {
  const { pictures, book, samples, dirty } = memory;
  const staleAfterMs = staleAfter(options.reportIntervalMs);
  const windows = createWindowBook();
  return {
    view(key, nowMs): ClusterView | undefined {
      const cluster = pictures.clusters.get(key);
      if (cluster === undefined) return undefined;
      const storage = storageOf(pictures, cluster);
      const governance = book.governanceOf(cluster);
      return buildClusterView({
        nowMs,
        monotonicMs: options.clock.monotonic(),
        staleAfterMs,
        cluster,
        pods: memory.pods.of(key),
        claims: memory.claims.of(key),
        findStorageClass: pictures.storageClasses.get,
        samples,
        capacityChanges: memory.capacityChanges,
        runningTimes: memory.runningTimes,
        problems: memory.problems,
        walCounts: memory.walCounts,
        disagreements: memory.disagreements,
        lookAhead: memory.foresight.forView(storage, nowMs),
        governance,
        events: eventsOf(memory, cluster),
        firstSeenSizes: storage === undefined ? [] : firstSeenSizes(storage.status),
        maintenanceWindow: windowOf(governance, windows, nowMs),
        sharedFailures: memory.breakers.failuresOf(cluster),
        routineWaitsUntilMs: routineWaitsUntil(memory, cluster, options, nowMs),
        storageLimits: memory.limits.of(cluster.namespace),
      });
    },
    staleAtMs: (view) => firstStaleAtMs(view.volumes, staleAfterMs),
    wantsHistory: memory.foresight.wantsHistory,
    policies: () => book.reports(),
    clusterStorage(key): ClusterStorage | undefined {
      return pictures.clusterStorages.get(key);
    },
    takeReport(pod, report): void {
      const known = pictures.pods.get(
        objectKey({ namespace: pod.namespace, name: pod.podName }),
      );
      if (known?.uid !== pod.podUid) return;
      samples.put(pod.podUid, report, options.clock.monotonic());
      const key = clusterKeyByLabel(known);
      if (key === undefined) return;
      memory.foresight.takeHistory(known, memory.claims.of(key), report);
      dirty.tell(key);
    },
  };
}

/** Where nothing may begin, no window holds it back either. */
function windowOf(governance: Governance, windows: WindowBook, nowMs: Millis): MaintenanceWindow {
  if (governance.kind !== "policy") return { kind: "always" };
  return windows.at(governance.policy.settings.maintenanceWindows, nowMs);
}

/** Told on the clock of the view; how long CNPG has been busy is measured on the monotonic one. */
function routineWaitsUntil(
  { busyTimes }: Memory,
  { uid }: ClusterRecord,
  { clock, operatorBusyLimitMs }: ObserverOptions,
  nowMs: Millis,
): Millis | undefined {
  const sinceMs = busyTimes.since(uid);
  if (sinceMs === undefined) return undefined;
  return millis(nowMs + Math.ceil(sinceMs + operatorBusyLimitMs - clock.monotonic()));
}
