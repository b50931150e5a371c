/**
 * Server-side apply: a manager says what it wants, and owns no more than that (KEP-555).
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import { ApiError, type JsonObject } from "../../kube/api.ts";
import {
  compareFields,
  difference,
  type FieldSet,
  fieldsOf,
  intersection,
  isEmpty,
  pathsOf,
  removeFields,
} from "./field_set.ts";
import {
  isSameManager,
  type Manager,
  ownablePart,
  type Ownership,
  ownershipsOf,
} from "./managed_fields.ts";
import { mergeObject } from "./merge_patch.ts";

/** What comes of an apply. */
export interface Applied {
  readonly object: JsonObject;
  readonly ownerships: readonly Ownership[];
}

/** What is applied. */
export interface ApplyRequest {
  /** The wanted fields and their values. */
  readonly config: JsonObject;
  readonly applier: Manager;
  readonly force: boolean;
  readonly time: string;
}

/**
 * Merges a configuration into an object. What its manager applied before and leaves out now is removed,
 * unless somebody else owns it.
 *
 * @throws {ApiError} 409 naming who owns what would change, unless forced.
 */
export function applyConfig(current: JsonObject, request: ApplyRequest): Applied {
  const { config, applier, force, time } = request;
  const ownerships = ownershipsOf(current);
  const own = ownerships.find((ownership) => isSameManager(ownership, applier));
  const others = ownerships.filter((ownership) => ownership !== own);
  const wanted = fieldsOf(ownablePart(config));
  const merged = mergeObject(current, config);
  const { written } = compareFields(ownablePart(current), ownablePart(merged));
  if (!force) refuseConflicts(others, written);
  const remaining = others.map((other) => ({
    ...other,
    fields: difference(other.fields, written),
  }));
  const dropped = remaining.reduce(
    (fields, other) => difference(fields, other.fields),
    difference(own?.fields ?? {}, wanted),
  );
  const isSame = own !== undefined && isDeepStrictEqual(own.fields, wanted);
  const renewed = { ...applier, time: isSame ? own.time : time, fields: wanted };
  return {
    object: removeFields(merged, dropped),
    ownerships: own === undefined
      ? [...remaining, renewed]
      : ownerships.map((entry) =>
        entry === own ? renewed : remaining[others.indexOf(entry)] ?? entry
      ),
  };
}

function refuseConflicts(others: readonly Ownership[], written: FieldSet): void {
  const conflicts = others.flatMap((owner) => {
    const fields = intersection(owner.fields, written);
    return isEmpty(fields) ? [] : [{ owner, paths: pathsOf(fields) }];
  });
  if (conflicts.length === 0) return;
  const count = conflicts.reduce((sum, { paths }) => sum + paths.length, 0);
  const parts = conflicts.map(({ owner, paths }) => {
    const word = paths.length === 1 ? "conflict" : "conflicts";
    const list = paths.length === 1 ? ` ${paths[0]}` : paths.map((path) => `\n- ${path}`).join("");
    return `${word} with "${owner.manager}" using ${owner.apiVersion}:${list}`;
  });
  const summary = `Apply failed with ${count} conflict${count === 1 ? "" : "s"}`;
  throw new ApiError(`${summary}: ${parts.join("\n")}`, { code: 409, reason: "Conflict" });
}
