/**
 * One pod on its node, as its kubelet works on it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import type { Random } from "../../kube/clock.ts";
import { POD } from "../../kube/resources.ts";
import { objectsAt, textAt, valueAt } from "../component/read_json.ts";
import type { Postgres } from "../postgres/postgres.ts";
import type { ClaimName, Volumes } from "../storage/volumes.ts";
import { type Container, type ContainerState, createContainer } from "./container.ts";
import { expandFileSystem, type NodeParts } from "./expand_file_system.ts";
import type { PodName, PodServers } from "./pod_servers.ts";
import { podStatus } from "./pod_status.ts";

/** kubelet's default `syncFrequency`. */
const DEFAULT_SYNC_PERIOD_MS = 60_000;
/** Syncs come up to half a period late (`workQueue.Enqueue` of `wait.Jitter`). */
const SYNC_JITTER = 0.5;

/** What kubelets work with. */
export interface KubeletParts extends NodeParts {
  /** The server of each pod; a pod without one stays in creation until it has one. */
  readonly podServers: PodServers;
  /** @default {60_000} */
  readonly syncPeriodMs?: number | undefined;
  readonly random: Random;
}

/** A pod that was taken on. */
export interface Worker {
  readonly name: PodName;
  readonly uid: string;
  readonly user: string;
  readonly claims: readonly ClaimName[];
  readonly addressIp: string;
  readonly startedAtMs: number;
  pod: JsonObject;
  /** What makes a kubelet sync at once when it changes. */
  metadata: string;
  container: Container | undefined;
  ready: boolean;
  readySinceMs: number;
  nextSyncAtMs: number;
  /** What the pod's status was written for; each state of a container is an object of its own. */
  written: { readonly state: ContainerState | undefined; readonly ready: boolean } | undefined;
}

/** Takes a pod on. `address` counts pods. */
export function newWorker(pod: JsonObject, address: number, nowMs: number): Worker {
  const namespace = textAt(pod, "metadata", "namespace") ?? "";
  return {
    name: { namespace, name: textAt(pod, "metadata", "name") ?? "" },
    uid: uidOf(pod),
    user: `system:node:${textAt(pod, "spec", "nodeName") ?? ""}`,
    claims: objectsAt(pod, "spec", "volumes").flatMap((volume) => {
      const name = textAt(volume, "persistentVolumeClaim", "claimName");
      return name === undefined ? [] : [{ namespace, name }];
    }),
    addressIp: `10.244.${Math.floor(address / 250)}.${1 + address % 250}`,
    startedAtMs: nowMs,
    pod,
    metadata: syncedMetadata(pod),
    container: undefined,
    ready: false,
    readySinceMs: nowMs,
    nextSyncAtMs: nowMs,
    written: undefined,
  };
}

/** UID of a pod; empty for one that is gone. */
export function uidOf(pod: JsonObject | undefined): string {
  return pod === undefined ? "" : textAt(pod, "metadata", "uid") ?? "";
}

/** The pod has changed: other annotations or labels have it synced at once. */
export function notice(worker: Worker, pod: JsonObject, nowMs: number): void {
  const metadata = syncedMetadata(pod);
  if (metadata !== worker.metadata) worker.nextSyncAtMs = nowMs;
  worker.pod = pod;
  worker.metadata = metadata;
}

/** The pod is gone: its server stops and its volumes are free. */
export function leave({ volumes, podServers }: KubeletParts, worker: Worker): void {
  if (worker.container !== undefined) podServers.find(worker.name)?.stop();
  mount(volumes, worker, undefined);
}

/** Brings containers and, when the pod is synced, file systems up to date. */
export function run(parts: KubeletParts, worker: Worker, nowMs: number): void {
  const postgres = parts.podServers.find(worker.name);
  if (postgres === undefined) return;
  if (worker.container === undefined) {
    worker.container = createContainer(nowMs);
    mount(parts.volumes, worker, worker.name.name);
    worker.nextSyncAtMs = nowMs;
  }
  // Volumes are mounted, and grown, before the container starts.
  syncIfDue(parts, worker, nowMs);
  runContainer(worker.container, worker, postgres, nowMs);
}

/** What happens to the container has its pod synced at once (`syncLoopIteration`: PLEG and probes). */
function runContainer(
  container: Container,
  worker: Worker,
  postgres: Postgres,
  nowMs: number,
): void {
  const before = container.state;
  container.step(postgres, nowMs);
  if (container.state !== before) worker.nextSyncAtMs = nowMs;
  if (container.ready === worker.ready) return;
  worker.ready = container.ready;
  worker.readySinceMs = nowMs;
  worker.nextSyncAtMs = nowMs;
}

function syncIfDue(parts: KubeletParts, worker: Worker, nowMs: number): void {
  if (worker.nextSyncAtMs > nowMs) return;
  const { syncPeriodMs = DEFAULT_SYNC_PERIOD_MS, random } = parts;
  worker.nextSyncAtMs = nowMs + syncPeriodMs * (1 + SYNC_JITTER * random());
  for (const claim of worker.claims) expandFileSystem(parts, claim, worker.user, nowMs);
}

/** Writes the pod's status if it is another one. */
export function report({ server }: NodeParts, worker: Worker): void {
  const state = worker.container?.state;
  const { written, ready } = worker;
  if (written !== undefined && written.state === state && written.ready === ready) return;
  const status = podStatus(worker.pod, worker.container, worker);
  server.patch(POD, worker.name, { type: "merge", body: { status } }, {
    user: worker.user,
    subresource: "status",
  });
  worker.written = { state, ready };
}

function mount(volumes: Volumes, { claims }: Worker, podName: string | undefined): void {
  for (const claim of claims) {
    if (volumes.find(claim) !== undefined) volumes.setPod(claim, podName);
  }
}

function syncedMetadata(pod: JsonObject): string {
  return JSON.stringify([
    valueAt(pod, "metadata", "annotations"),
    valueAt(pod, "metadata", "labels"),
  ]);
}
