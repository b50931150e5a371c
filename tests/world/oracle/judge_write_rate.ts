/**
 * Nothing is written while nothing changes, and nothing in a storm (DESIGN §11).
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { AuditRecord } from "../../../sim/api_server/api_server.ts";
import { broken, type Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** Two operations on three volumes each take sixty. */
const WRITES_PER_MINUTE_MAX = 100;

/** Creates a judge of how often the manager writes, and while no call fails of the sense in it. */
export function createWriteRateJudge(
  isStormy: () => boolean = () => false,
): (record: AuditRecord) => Violation | undefined {
  let recent: readonly AuditRecord[] = [];
  return function judgeWriteRate(record): Violation | undefined {
    recent = [...recent.filter(({ atMs }) => atMs > record.atMs - MINUTE_MS), record];
    const own = recent.filter(({ name }) => clusterOf(name.name) === clusterOf(record.name.name));
    if (own.length === WRITES_PER_MINUTE_MAX) {
      return broken(record, "no cluster is written to in a storm", `${own.length} in a minute`);
    }
    return isStormy() ? undefined : judgeSense(record);
  };
}

/** Objects of a cluster bear names that begin with its own, which has no dash in random worlds. */
function clusterOf(objectName: string): string {
  return objectName.split("-")[0] ?? objectName;
}

/** A write without a meaning wakes whoever watches; `last-check` alone is no news either. */
function judgeSense(record: AuditRecord): Violation | undefined {
  const { before, after } = record;
  if (before === undefined || after === undefined) return undefined;
  if (!isDeepStrictEqual(meaningOf(before), meaningOf(after))) return undefined;
  return broken(record, "every write changes what an object means", "nothing did");
}

const BOOKKEEPING: readonly string[] = ["resourceVersion", "managedFields", "generation"];

const LAST_CHECK = "storage.cnpg.supporttools.io/last-check";

function meaningOf(object: JsonObject): JsonObject {
  const { metadata, status, ...rest } = object;
  const kept = isJsonObject(metadata) ? without(metadata, BOOKKEEPING) : {};
  const annotations = isJsonObject(kept["annotations"])
    ? without(kept["annotations"], [LAST_CHECK])
    : {};
  const meant = isJsonObject(status) ? without(status, ["lastUpdated", "lastEvaluated"]) : {};
  return { ...rest, status: meant, metadata: { ...kept, annotations } };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
