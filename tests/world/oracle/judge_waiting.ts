/**
 * Nobody waits without a reason: what should grow and can has begun to within minutes, at any time of the calm.
 *
 * @module
 */

import { type ClusterEnd, unkept, volumesOf } from "./cluster_end.ts";
import { clusterEnds, type End } from "./judge_end.ts";
import { isNeglected, pressureText } from "./judge_relief.ts";
import type { Violation } from "./violation.ts";

const LOOK_EVERY_MS = 60_000;

/** What stood in the way may have ended a moment before a look, but not before each of so many. */
const LOOKS_MAX = 3;

/** Starts to look once so much time has passed; what is returned tells what was found so far. */
export function watchWaiting(site: End, fromMs: number): () => readonly Violation[] {
  const { world } = site;
  const looks = new Map<string, number>();
  const violations: Violation[] = [];
  function look(end: ClusterEnd): void {
    for (const ended of volumesOf(end)) {
      const { uid, name } = ended.claim;
      const count = isNeglected(end, ended) ? (looks.get(uid) ?? 0) + 1 : 0;
      looks.set(uid, count);
      if (count !== LOOKS_MAX) continue;
      violations.push(unkept(end, "what can grow and should begins to", pressureText(end, name)));
    }
  }
  world.onStep(() => {
    const nowMs = world.clock.monotonic();
    if (nowMs >= fromMs && nowMs % LOOK_EVERY_MS === 0) clusterEnds(site).forEach(look);
  });
  return () => violations;
}
