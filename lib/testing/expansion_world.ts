/**
 * A small world in which plans come true (`play_round.ts` carries them out): claims that a provider grows,
 * file systems that a kubelet grows, agents that measure, an operator that raises claims to the declared size.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { type Bytes, bytes, GIBIBYTE, maxBytes, roundUpToStep } from "../units/bytes.ts";
import { after, type Millis, SECOND } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Claim, Volume } from "../view/volume.ts";
import { gibibytes, governedBy, NOW_MS, policy, sampled, view, volume } from "./builders.ts";

/** Older samples are unknown. */
const STALE_AFTER_MS = 100 * SECOND;

/** How one instance's disk behaves. */
export interface Disk {
  readonly usedPercent: number;
  /** From a request to the provider's answer. Infinity: it never comes. */
  readonly controllerMs: number;
  /** From there to the grown file system, unless the pod is nudged. Infinity: it never grows. */
  readonly fileSystemMs: number;
  /** The provider refuses more for good. */
  readonly feasibleBytes: number;
}

/** One instance with its claim, and what is true of its disk. */
export interface Instance {
  readonly name: string;
  readonly disk: Disk;
  claim: Claim;
  usedBytes: Bytes;
  deviceBytes: Bytes;
  requestedAtMs: Millis;
  resizedAtMs: Millis | undefined;
  changedAtMs: Millis;
  measured: { readonly deviceBytes: Bytes; readonly atMs: Millis };
  nudged: boolean;
}

/** The world. */
export interface ExpansionWorld {
  nowMs: Millis;
  paused: boolean;
  governed: boolean;
  busy: boolean;
  policy: ResolvedPolicy;
  events: Event[];
  declaredBytes: Bytes;
  /** The largest capacity that any volume ever had, one that has vanished included. */
  largestBytes: Bytes;
  readonly annotations: Record<string, string>;
  readonly instances: Map<string, Instance>;
}

/** Creates a world with one instance for each disk, 10 GiB each, measured just now. */
export function createExpansionWorld(
  disks: readonly Disk[],
  resolved: ResolvedPolicy = policy(),
): ExpansionWorld {
  const size = gibibytes(10);
  const instances = disks.map((disk, index): [string, Instance] => {
    const name = `orders-${index + 1}`;
    return [name, {
      name,
      disk,
      claim: volume({ instance: name }).claim,
      usedBytes: bytes(Math.round(size * disk.usedPercent / 100)),
      deviceBytes: size,
      requestedAtMs: NOW_MS,
      resizedAtMs: undefined,
      changedAtMs: NOW_MS,
      measured: { deviceBytes: size, atMs: NOW_MS },
      nudged: false,
    }];
  });
  return {
    nowMs: NOW_MS,
    paused: false,
    governed: true,
    busy: false,
    policy: resolved,
    events: [],
    declaredBytes: size,
    largestBytes: size,
    annotations: {},
    instances: new Map(instances),
  };
}

/** What a decision sees of the world. */
export function viewOf(world: ExpansionWorld): ClusterView {
  return view({
    nowMs: world.nowMs,
    annotations: { ...world.annotations },
    governance: world.governed ? governedBy(world.policy) : { kind: "none" },
    pause: world.paused ? { kind: "paused" } : { kind: "none" },
    operator: { phase: "", diskFull: false, ...(world.busy ? { busy: "switchover" } : {}) },
    declaredSizes: [{ role: "data", field: "size", sizeBytes: world.declaredBytes }],
    volumes: [...world.instances.values()].map((instance) => volumeOf(instance, world.nowMs)),
    events: world.events,
  });
}

function volumeOf(instance: Instance, nowMs: Millis): Volume {
  const { name, claim, usedBytes, measured, changedAtMs } = instance;
  const fresh = measured.atMs + STALE_AFTER_MS > nowMs && measured.atMs >= changedAtMs;
  const totalBytes = measured.deviceBytes;
  return volume({
    instance: name,
    claim,
    fileSystem: fresh
      ? sampled(0, { totalBytes, usedBytes, observedAtMs: measured.atMs })
      : { kind: "unknown", reason: "StaleSample", message: "too old" },
  });
}

/** Lets time pass: the provider, the kubelet and the operator do their part. */
export function passTime(world: ExpansionWorld, durationMs: number): void {
  world.nowMs = after(world.nowMs, durationMs);
  for (const instance of world.instances.values()) {
    if (instance.claim.requestBytes < world.declaredBytes) {
      ask(instance, world.declaredBytes, world);
    }
    resize(instance, world.nowMs);
    world.largestBytes = maxBytes(world.largestBytes, instance.claim.capacityBytes ?? bytes(0));
  }
}

/** Agents report; nothing is measured of the others. */
export function measure(world: ExpansionWorld): void {
  for (const instance of world.instances.values()) {
    instance.measured = { deviceBytes: instance.deviceBytes, atMs: world.nowMs };
  }
}

function resize(instance: Instance, nowMs: Millis): void {
  const { claim, disk } = instance;
  if (claim.capacityBytes === undefined || claim.requestBytes <= claim.capacityBytes) return;
  if (nowMs < instance.requestedAtMs + disk.controllerMs) return;
  if (claim.requestBytes > disk.feasibleBytes && claim.requestBytes > claim.capacityBytes + 1) {
    instance.claim = { ...claim, resizeStatus: "ControllerResizeInfeasible" };
    return;
  }
  instance.resizedAtMs ??= nowMs;
  const grows = disk.fileSystemMs < Infinity && instance.nudged ||
    nowMs >= instance.resizedAtMs + disk.fileSystemMs;
  if (!grows) {
    const resizeConditions = { resizing: true, fileSystemResizePending: true };
    instance.claim = { ...claim, resizeStatus: "NodeResizePending", resizeConditions };
    return;
  }
  const capacityBytes = roundUpToStep(claim.requestBytes, GIBIBYTE);
  const resizeConditions = { resizing: false, fileSystemResizePending: false };
  instance.claim = { ...claim, capacityBytes, resizeStatus: "none", resizeConditions };
  instance.deviceBytes = capacityBytes;
  instance.changedAtMs = nowMs;
  instance.nudged = false;
}

/** Asks for a size on a claim. */
export function ask(instance: Instance, requestBytes: Bytes, world: ExpansionWorld): void {
  instance.claim = { ...instance.claim, requestBytes, resizeStatus: "none" };
  instance.requestedAtMs = world.nowMs;
  instance.resizedAtMs = undefined;
  instance.nudged = false;
}
