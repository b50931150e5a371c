/**
 * Nobody waits without a reason or without an end: what should grow and can begins to within minutes, and what
 * has begun is given up when its time is over. The end of a world would be too late to see it.
 *
 * @module
 */

import type { VolumeProgress } from "../../../lib/event/event.ts";
import { mayAct } from "../wishes.ts";
import { type ClusterEnd, unkept, volumesOf } from "./cluster_end.ts";
import { clusterEnds, type End } from "./judge_end.ts";
import { isNeglected, pressureText } from "./judge_relief.ts";
import { isOpenOperation } from "./stored_events.ts";
import type { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** What stood in the way may have ended a moment before a look, but not before each of so many, a minute apart. */
const LOOKS_MAX = 3;

/** Ten minutes for the provider or the node; the rest for a manager that is dead, then deaf, then refused. */
const STEP_MS_MAX = 16 * MINUTE_MS;

/** What was found so far. */
export interface WaitWatch {
  violations(): readonly Violation[];
}

/** Starts to look at steps at once, and at volumes that should grow once calls have ceased to fail. */
export function watchWaiting(site: End, calmMs: number): WaitWatch {
  const { world } = site;
  const looks = new Map<string, number>();
  const found = new Map<string, Violation>();
  function lookAtVolumes(end: ClusterEnd): void {
    for (const ended of volumesOf(end)) {
      const { uid, name } = ended.claim;
      const count = isNeglected(end, ended) ? (looks.get(uid) ?? 0) + 1 : 0;
      looks.set(uid, count);
      if (count < LOOKS_MAX || found.has(uid)) continue;
      found.set(uid, unkept(end, "what can grow and should begins to", pressureText(end, name)));
    }
  }
  function lookAtSteps(end: ClusterEnd): void {
    if (!end.truth.wishes.since(end.nowMs - STEP_MS_MAX).every(mayAct)) return;
    for (const { name, status } of end.events.filter(isOpenOperation)) {
      const overdue = status.volumes.find((step) => end.nowMs - sinceMs(step) > STEP_MS_MAX);
      if (overdue === undefined || found.has(name)) continue;
      const detail = `${overdue.claimName} is still ${overdue.step} in ${name}`;
      found.set(name, unkept(end, "a step is given up at its deadline", detail));
    }
  }
  world.onStep(() => {
    const nowMs = world.clock.monotonic();
    if (nowMs % MINUTE_MS !== 0) return;
    for (const end of clusterEnds(site)) {
      lookAtSteps(end);
      if (nowMs >= calmMs) lookAtVolumes(end);
    }
  });
  return { violations: () => [...found.values()] };
}

/** Since when a volume is in a step that has a deadline; never, where its step has none. */
function sinceMs({ step, requestedAtMs, controllerResizedAtMs }: VolumeProgress): number {
  switch (step) {
    case "Requested":
      return requestedAtMs ?? Infinity;
    case "ControllerResized":
      return controllerResizedAtMs ?? Infinity;
    case "Queued":
    case "Verified":
    case "Failed":
      return Infinity;
  }
}
