/**
 * external-resizer: makes disks larger for claims that ask for more.
 *
 * @module
 */

import { ApiError, type JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { Component } from "../component/component.ts";
import { createInformer } from "../component/informer.ts";
import { textAt } from "../component/read_json.ts";
import { type ClaimResize, progressBody, readClaimResize } from "./claim_resize.ts";
import { expandDisk, RESIZER_USER } from "./expand_disk.ts";
import { nextTarget } from "./next_target.ts";
import type { Volumes } from "./volumes.ts";

/** external-resizer's `retry-interval-start` and `retry-interval-max`. */
const RETRY_START_MS = 1_000;
const RETRY_MAX_MS = 300_000;
/** What the driver refused for good is tried again this rarely. */
const INFEASIBLE_RETRY_MS = 300_000;

/** What a resizer works with. */
export interface ResizerParts {
  readonly server: ApiServer;
  readonly volumes: Volumes;
}

/** Work on one claim. */
interface Work {
  call: { readonly targetBytes: number; readonly endsAtMs: number } | undefined;
  failed: { readonly targetBytes: number; readonly retryAtMs: number } | undefined;
  /** After a write was refused. */
  quietUntilMs: number;
  failures: number;
  /** The last failure was final: the driver will not go on with it by itself. */
  failedForGood: boolean;
}

/** Creates a resizer; it works on what the server holds from its first step on. */
export function createResizer({ server, volumes }: ResizerParts): Component {
  const claims = createInformer(server, PERSISTENT_VOLUME_CLAIM, RESIZER_USER);
  const works = new Map<string, Work>();

  function look(key: string, nowMs: number): void {
    const object = claims.objects.get(key);
    const resize = object && readClaimResize(object);
    const target = resize && targetOf(server, resize, works.get(key));
    if (resize === undefined || target === undefined) return void works.delete(key);
    const work = works.get(key) ?? newWork(resize, target, nowMs);
    works.set(key, work);
    if (work.call === undefined) {
      if (isPaused(work, target, nowMs)) return;
      begin({ server, volumes }, resize, work, target, nowMs);
    }
    if (work.call === undefined || work.call.endsAtMs > nowMs) return;
    finish({ server, volumes }, key, work, work.call.targetBytes, nowMs);
  }

  function finish(
    parts: ResizerParts,
    key: string,
    work: Work,
    targetBytes: number,
    nowMs: number,
  ): void {
    const object = claims.objects.get(key);
    if (object === undefined) return void works.delete(key);
    const outcome = expandDisk(parts, readClaimResize(object), targetBytes, nowMs);
    work.call = undefined;
    if (outcome === "done") return void works.delete(key);
    const delayMs = outcome === "infeasible" ? INFEASIBLE_RETRY_MS : backoffMs(work.failures);
    work.failures += 1;
    work.failedForGood = true;
    work.failed = { targetBytes, retryAtMs: nowMs + delayMs };
  }

  return {
    step(nowMs): void {
      for (const key of new Set([...claims.takeChanged(), ...works.keys()])) {
        tryAgainOnRefusal(works, key, nowMs, () => look(key, nowMs));
      }
    },
  };
}

function targetOf(
  server: ApiServer,
  resize: ClaimResize,
  work: Work | undefined,
): number | undefined {
  const volume = server.find(PERSISTENT_VOLUME, { name: resize.volumeName });
  if (volume === undefined) return undefined;
  return nextTarget(resize, capacityOf(volume), work?.failedForGood ?? false);
}

/** What a PersistentVolume says its size is. */
function capacityOf(volume: JsonObject): number {
  return parseBytes(textAt(volume, "spec", "capacity", "storage") ?? "0");
}

function begin(
  { server, volumes }: ResizerParts,
  resize: ClaimResize,
  work: Work,
  targetBytes: number,
  nowMs: number,
): void {
  const volume = volumes.find(resize.claim);
  if (volume === undefined) return;
  const body = progressBody(
    resize,
    targetBytes,
    "ControllerResizeInProgress",
    { Resizing: "" },
    nowMs,
  );
  server.patch(PERSISTENT_VOLUME_CLAIM, resize.claim, { type: "merge", body }, {
    user: RESIZER_USER,
    subresource: "status",
  });
  work.call = { targetBytes, endsAtMs: nowMs + volume.behaviour.controllerDelayMs };
}

function isPaused(
  { failed, quietUntilMs }: Work,
  targetBytes: number,
  nowMs: number,
): boolean {
  if (nowMs < quietUntilMs) return true;
  return failed !== undefined && failed.targetBytes === targetBytes && nowMs < failed.retryAtMs;
}

function backoffMs(failures: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_START_MS * 2 ** failures);
}

/** What a node refused for good is offered to it again rarely. */
function newWork(resize: ClaimResize, targetBytes: number, nowMs: number): Work {
  const failed = resize.status === "NodeResizeInfeasible"
    ? { targetBytes, retryAtMs: nowMs + INFEASIBLE_RETRY_MS }
    : undefined;
  return { call: undefined, failed, quietUntilMs: nowMs, failures: 0, failedForGood: false };
}

/** Writes may be refused, or the claim be gone: the claim is looked at again after a while. */
function tryAgainOnRefusal(
  works: Map<string, Work>,
  key: string,
  nowMs: number,
  look: () => void,
): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const work = works.get(key);
    if (work === undefined) return;
    work.call = undefined;
    work.quietUntilMs = nowMs + backoffMs(work.failures);
    work.failures += 1;
  }
}
