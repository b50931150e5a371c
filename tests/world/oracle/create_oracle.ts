/**
 * Watches every write of the manager and holds it against what the manager promises.
 *
 * @module
 */

import type { AuditRecord } from "../../../sim/api_server/api_server.ts";
import type { World } from "../../../sim/mod.ts";
import type { Truth } from "../truth.ts";
import { judgeClaimWrite } from "./judge_claim_write.ts";
import { judgeClusterWrite, judgePodWrite } from "./judge_cluster_write.ts";
import { broken, type Violation } from "./violation.ts";

/** What the manager may write at all, as the chart's ClusterRole has it. */
const WRITABLE: ReadonlyMap<string, readonly AuditRecord["verb"][]> = new Map([
  ["clusters", ["patch"]],
  ["persistentvolumeclaims", ["patch"]],
  ["pods", ["patch"]],
  ["storagepolicies/status", ["patch"]],
  ["storageevents", ["create", "delete"]],
  ["storageevents/status", ["patch"]],
  ["clusterstorages", ["create"]],
  ["clusterstorages/status", ["patch"]],
  ["tokenreviews", ["create"]],
]);

/** What the manager wrote, and which promises it broke. */
export interface Oracle {
  /** Writes that took effect, no TokenReviews among them, oldest first. */
  readonly writes: readonly AuditRecord[];
  readonly violations: readonly Violation[];
}

/** Starts to watch what `user` does. */
export function createOracle(world: World, truth: Truth, user: string): Oracle {
  const writes: AuditRecord[] = [];
  const violations: Violation[] = [];
  world.server.audit((record) => {
    if (record.user !== user || isReading(record) || record.error !== undefined) return;
    if (record.dryRun || record.resource.plural === "tokenreviews") return;
    writes.push(record);
    const violation = judgeRight(record) ?? judgeClaimWrite(record, truth) ??
      judgeClusterWrite(record, world.server) ?? judgePodWrite(record);
    if (violation !== undefined) violations.push(violation);
  });
  return { writes, violations };
}

function isReading({ verb }: AuditRecord): boolean {
  return verb === "get" || verb === "list" || verb === "watch";
}

function judgeRight(record: AuditRecord): Violation | undefined {
  const { resource: { plural }, subresource, verb } = record;
  const what = subresource === undefined ? plural : `${plural}/${subresource}`;
  if (WRITABLE.get(what)?.includes(verb)) return undefined;
  return broken(record, "only what the chart's ClusterRole allows is written", `${verb} ${what}`);
}
