/**
 * The kubelets of all nodes: they run the servers of the pods that were scheduled to them, and grow the file
 * systems of running pods.
 *
 * @module
 */

import { ApiError, type JsonObject } from "../../kube/api.ts";
import type { Random } from "../../kube/clock.ts";
import { POD } from "../../kube/resources.ts";
import type { Part } from "../part.ts";
import { createInformer } from "../storage/informer.ts";
import { objectsAt, textAt, valueAt } from "../storage/read_json.ts";
import type { ClaimName } from "../storage/volumes.ts";
import { type Container, type ContainerState, createContainer } from "./container.ts";
import { expandFileSystem, type NodeParts } from "./expand_file_system.ts";
import type { Instances, PodName } from "./instances.ts";
import { podStatus } from "./pod_status.ts";

/** kubelet's default `syncFrequency`. */
export const DEFAULT_SYNC_PERIOD_MS = 60_000;
/** Syncs come up to half a period late (`workQueue.Enqueue` of `wait.Jitter`). */
const SYNC_JITTER = 0.5;
/** As whom kubelets watch before they know their node. */
const WATCH_USER = "system:nodes";

/** What kubelets work with. */
export interface KubeletParts extends NodeParts {
  /** The server of each pod; a pod without one stays in creation until it has one. */
  readonly instances: Instances;
  /** @default {60_000} */
  readonly syncPeriodMs?: number | undefined;
  readonly random: Random;
}

/** A pod that was taken on. */
interface Worker {
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

/** Creates the kubelets. The world steps the servers themselves, before this. */
export function createKubelet(parts: KubeletParts): Part {
  const { server, volumes, instances, random } = parts;
  const { syncPeriodMs = DEFAULT_SYNC_PERIOD_MS } = parts;
  const pods = createInformer(server, POD, WATCH_USER);
  const workers = new Map<string, Worker>();
  let addresses = 0;

  function take(key: string, nowMs: number): void {
    const pod = pods.objects.get(key);
    const worker = workers.get(key);
    if (worker !== undefined && worker.uid !== uidOf(pod)) {
      leave(worker);
      workers.delete(key);
    }
    const known = workers.get(key);
    if (pod === undefined || textAt(pod, "spec", "nodeName") === undefined) return;
    if (known === undefined) {
      addresses += 1;
      workers.set(key, newWorker(pod, addresses, nowMs));
      return;
    }
    const metadata = syncedMetadata(pod);
    if (metadata !== known.metadata) known.nextSyncAtMs = nowMs;
    known.pod = pod;
    known.metadata = metadata;
  }
  function leave(worker: Worker): void {
    if (worker.container !== undefined) instances.find(worker.name)?.stop();
    for (const claim of worker.claims) setPod(claim, undefined);
  }
  function setPod(claim: ClaimName, podName: string | undefined): void {
    if (volumes.find(claim) !== undefined) volumes.setPod(claim, podName);
  }
  function run(worker: Worker, nowMs: number): void {
    const postgres = instances.find(worker.name);
    if (postgres === undefined) return;
    if (worker.container === undefined) {
      worker.container = createContainer(nowMs);
      for (const claim of worker.claims) setPod(claim, worker.name.name);
      worker.nextSyncAtMs = nowMs;
    }
    worker.container.step(postgres, nowMs);
    if (worker.container.ready !== worker.ready) {
      worker.ready = worker.container.ready;
      worker.readySinceMs = nowMs;
    }
    if (worker.nextSyncAtMs > nowMs || worker.container.state.kind === "creating") return;
    worker.nextSyncAtMs = nowMs + syncPeriodMs * (1 + SYNC_JITTER * random());
    for (const claim of worker.claims) expandFileSystem(parts, claim, worker.user, nowMs);
  }
  function write(worker: Worker): void {
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
  return {
    step(nowMs): void {
      for (const key of pods.takeChanged()) take(key, nowMs);
      for (const worker of workers.values()) {
        tolerateRefusal(() => run(worker, nowMs));
        tolerateRefusal(() => write(worker));
      }
    },
  };
}

function newWorker(pod: JsonObject, address: number, nowMs: number): Worker {
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

function syncedMetadata(pod: JsonObject): string {
  return JSON.stringify([
    valueAt(pod, "metadata", "annotations"),
    valueAt(pod, "metadata", "labels"),
  ]);
}

function uidOf(pod: JsonObject | undefined): string {
  return pod === undefined ? "" : textAt(pod, "metadata", "uid") ?? "";
}

/** A write may be refused, or its object be gone: kubelet tries again at its next turn. */
function tolerateRefusal(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
