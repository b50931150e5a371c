/**
 * Grows volumes as a cluster does: stands in for external-resizer and kubelet between a claim that asks
 * for more and a file system that has it.
 *
 * @module
 */

import { type JsonObject, type KubeApi, type Resource } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { at, type ClaimName, nextStep, textAt, viewClaim } from "./claim.ts";
import {
  growDisk,
  growFileSystem,
  type ResizeFault,
  type ResizeRecord,
  type StepContext,
} from "./resize_steps.ts";
import { type Volume, type VolumeStore } from "./volumes.ts";
import { pause } from "./wait.ts";

/** kubelet's default `syncFrequency`. */
const DEFAULT_SYNC_DELAY_MS = 60_000;
/** external-resizer starts its back-off with one second. */
const RETRY_DELAY_MS = 1_000;
/** No test takes so long: one watch lasts for all of it, unless the API server is restarted. */
const WATCH_SECONDS = 3_600;
/** Longer than an API server takes to start again: what fails for so long has failed for good. */
const PATIENCE_MS = 60_000;
/** Between two tries while nobody answers. */
const TRY_EVERY_MS = 250;

/** What a resizer works with. */
export interface ResizerOptions {
  /** A client with an identity of its own, so that the audit log tells it from the product. */
  readonly api: KubeApi;
  readonly volumes: VolumeStore;
  /** From "file system resize pending" to kubelet's own sync of the pod. @default {60_000} */
  readonly syncDelayMs?: number | undefined;
}

/** A running resizer. Disposing of it ends its watches, and tells if it failed. */
export interface Resizer extends AsyncDisposable {
  /** Tells which volume is behind a claim and which pod mounts it. */
  attach(claim: ClaimName, volume: Volume, podName: string): void;
  /** Breaks or, with `undefined`, repairs the volume of a claim. */
  setFault(claim: ClaimName, fault: ResizeFault | undefined): void;
  /** What was done so far, oldest first. */
  readonly records: readonly ResizeRecord[];
}

interface Attachment {
  readonly claim: ClaimName;
  readonly volume: Volume;
  readonly podKey: string;
  fault: ResizeFault | undefined;
  /** Work on one claim is done in turn. */
  queue: Promise<void>;
  /** kubelet's next sync, or the next try of the disk. */
  timer:
    | { readonly kind: "sync" | "retry"; readonly id: ReturnType<typeof setTimeout> }
    | undefined;
}

interface World extends StepContext {
  readonly syncDelayMs: number;
  readonly attachments: Map<string, Attachment>;
  readonly signal: AbortSignal;
  /** Everything that went wrong in the resizer itself; told when it is closed. */
  readonly failures: unknown[];
}

/** Starts a resizer. */
export function startResizer(options: ResizerOptions): Resizer {
  const stop = new AbortController();
  const world: World = {
    api: options.api,
    volumes: options.volumes,
    syncDelayMs: options.syncDelayMs ?? DEFAULT_SYNC_DELAY_MS,
    attachments: new Map(),
    records: [],
    signal: stop.signal,
    failures: [],
  };
  const watches = Promise.all([watchClaims(world), watchPods(world)]);
  return {
    records: world.records,
    attach: (claim, volume, podName) => attach(world, claim, volume, podName),
    setFault(claim, fault): void {
      const attachment = world.attachments.get(keyOf(claim));
      if (attachment === undefined) {
        throw new RangeError(
          `Cannot set a fault: expected an attached claim, found ${keyOf(claim)}`,
        );
      }
      attachment.fault = fault;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      await watches;
      for (const attachment of world.attachments.values()) {
        await attachment.queue;
        clearTimeout(attachment.timer?.id);
      }
      if (world.failures.length > 0) throw new AggregateError(world.failures, "The resizer failed");
    },
  };
}

function attach(world: World, claim: ClaimName, volume: Volume, podName: string): void {
  const attachment: Attachment = {
    claim,
    volume,
    podKey: keyOf({ namespace: claim.namespace, name: podName }),
    fault: undefined,
    queue: Promise.resolve(),
    timer: undefined,
  };
  world.attachments.set(keyOf(claim), attachment);
  enqueue(world, attachment, () => look(world, attachment));
}

async function watchClaims(world: World): Promise<void> {
  await follow(world, PERSISTENT_VOLUME_CLAIM, (claim) => {
    const attachment = world.attachments.get(keyOf(nameOf(claim)));
    if (attachment !== undefined) enqueue(world, attachment, () => look(world, attachment));
  });
}

/** kubelet syncs a pod at once when its annotations change: that is what the nudge makes use of. */
async function watchPods(world: World): Promise<void> {
  const annotationsOf = new Map<string, string>();
  await follow(world, POD, (pod) => {
    const podKey = keyOf(nameOf(pod));
    const annotations = JSON.stringify(at(pod, "metadata", "annotations") ?? {});
    const before = annotationsOf.get(podKey);
    annotationsOf.set(podKey, annotations);
    if (before === undefined || before === annotations) return;
    for (const attachment of world.attachments.values()) {
      if (attachment.podKey === podKey) enqueue(world, attachment, () => sync(world, attachment));
    }
  });
}

async function follow(
  world: World,
  resource: Resource,
  handle: (object: JsonObject) => void,
): Promise<void> {
  const query = { sendInitialEvents: true, timeoutSeconds: WATCH_SECONDS };
  await persist(world, async () => {
    for await (const event of world.api.watch(resource, query, { signal: world.signal })) {
      if (event.type === "ADDED" || event.type === "MODIFIED") handle(event.object);
    }
    throw new Error(`Cannot go on watching ${resource.plural}: the watch ended`);
  });
}

/** Tries until `work` succeeds or the resizer is closed; what fails for too long is told at its end. */
async function persist(world: World, work: () => Promise<void>): Promise<void> {
  for (let giveUpAt = 0; !world.signal.aborted;) {
    const startedAt = performance.now();
    try {
      return await work();
    } catch (error) {
      if (world.signal.aborted) return;
      const failedAt = performance.now();
      // A watch that lasted was a success.
      if (giveUpAt === 0 || failedAt - startedAt > PATIENCE_MS) giveUpAt = failedAt + PATIENCE_MS;
      if (failedAt > giveUpAt) return void world.failures.push(error);
      await pause(TRY_EVERY_MS);
    }
  }
}

/** The turn of external-resizer. */
async function look(world: World, attachment: Attachment): Promise<void> {
  const claim = viewClaim(await world.api.get(PERSISTENT_VOLUME_CLAIM, attachment.claim));
  const step = nextStep(claim);
  if (step.kind === "node") schedule(world, attachment, "sync");
  // Every failed try changes the claim, which wakes us: only the timer may start the next one.
  if (step.kind !== "controller" || attachment.timer?.kind === "retry") return;
  const outcome = await growDisk(world, attachment, claim, step.targetBytes);
  if (outcome === "node-pending") schedule(world, attachment, "sync");
  if (outcome === "retry") schedule(world, attachment, "retry");
}

/** The turn of kubelet. */
async function sync(world: World, attachment: Attachment): Promise<void> {
  const claim = viewClaim(await world.api.get(PERSISTENT_VOLUME_CLAIM, attachment.claim));
  const step = nextStep(claim);
  if (step.kind !== "node") return;
  clearTimeout(attachment.timer?.id);
  attachment.timer = undefined;
  const outcome = await growFileSystem(world, attachment, claim, step.targetBytes);
  if (outcome === "retry") schedule(world, attachment, "sync");
}

function schedule(world: World, attachment: Attachment, kind: "sync" | "retry"): void {
  if (attachment.timer !== undefined || world.signal.aborted) return;
  const id = setTimeout(() => {
    attachment.timer = undefined;
    enqueue(world, attachment, () => (kind === "sync" ? sync : look)(world, attachment));
  }, kind === "sync" ? world.syncDelayMs : RETRY_DELAY_MS);
  attachment.timer = { kind, id };
}

function enqueue(world: World, attachment: Attachment, work: () => Promise<void>): void {
  attachment.queue = attachment.queue.then(() => persist(world, work));
}

function nameOf(object: JsonObject): ClaimName {
  return {
    namespace: textAt(object, "metadata", "namespace"),
    name: textAt(object, "metadata", "name"),
  };
}

function keyOf({ namespace, name }: ClaimName): string {
  return `${namespace}/${name}`;
}
