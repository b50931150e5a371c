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
import { judgeEventWrite } from "./judge_event_write.ts";
import { createFlappingJudge } from "./judge_flapping.ts";
import { createWriteRateJudge } from "./judge_write_rate.ts";
import { createStoredEvents, type StoredEvents } from "./stored_events.ts";
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
  readonly events: StoredEvents;
}

/** What is watched. */
export interface OracleOptions {
  readonly world: World;
  readonly truth: Truth;
  /** Whose writes are judged. */
  readonly user: string;
  /** Whether calls may fail now: a request that arrives late may then repeat an older one. */
  readonly isStormy?: (() => boolean) | undefined;
}

/** Starts to watch. */
export function createOracle({ world, truth, user, isStormy }: OracleOptions): Oracle {
  const writes: AuditRecord[] = [];
  const violations: Violation[] = [];
  const events = createStoredEvents();
  const judgeWriteRate = createWriteRateJudge(isStormy);
  const judgeFlapping = createFlappingJudge(isStormy);
  world.server.audit((record) => {
    if (isReading(record) || record.error !== undefined || record.dryRun) return;
    if (record.user === user && record.resource.plural !== "tokenreviews") {
      writes.push(record);
      const found = [
        judgeRight(record) ?? judgeClaimWrite(record, truth, events, world.server) ??
          judgeClusterWrite(record, world.server, events) ?? judgePodWrite(record) ??
          judgeEventWrite(record, truth, events, world.server),
        judgeWriteRate(record),
        judgeFlapping(record),
      ];
      violations.push(...found.filter((violation) => violation !== undefined));
    }
    if (record.resource.plural === "storageevents") events.take(record);
  });
  return { writes, violations, events };
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
