/**
 * What is said of a cluster does not swing: a condition changes as often as the truth does.
 *
 * @module
 */

import { pictureIn } from "./cluster_end.ts";
import type { AuditRecord } from "../../../sim/api_server/api_server.ts";
import { broken, type Violation } from "./violation.ts";

const SPAN_MS = 10 * 60_000;

/** An operation begins and ends, its breaker opens, and a window closes: no truth turns more often than so. */
const CHANGES_MAX = 6;

/** What begins and ends with every operation, and of those there may be many where no role rests. */
const OF_OPERATIONS: readonly string[] = ["Expanding", "DeclaredSizeBehind"];

/** Creates a judge of how often conditions of a ClusterStorage change while no call fails. */
export function createFlappingJudge(
  isStormy: () => boolean = () => false,
): (record: AuditRecord) => Violation | undefined {
  const changes = new Map<string, readonly number[]>();
  return function judgeFlapping(record): Violation | undefined {
    const { resource: { plural }, before, after, name, atMs } = record;
    if (plural !== "clusterstorages" || before === undefined || after === undefined || isStormy()) {
      return undefined;
    }
    const [old = [], next = []] = [before, after].map((object) =>
      pictureIn(object)?.status.conditions
    );
    for (const { type, status } of next) {
      const was = old.find((condition) => condition.type === type)?.status;
      if (was === undefined || was === status || OF_OPERATIONS.includes(type)) continue;
      const key = `${name.namespace}/${name.name} ${type}`;
      const times = [...(changes.get(key) ?? []).filter((at) => at > atMs - SPAN_MS), atMs];
      changes.set(key, times);
      if (times.length <= CHANGES_MAX) continue;
      return broken(record, "no condition swings", `${type} changed ${times.length} times`);
    }
    return undefined;
  };
}
