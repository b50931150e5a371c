/**
 * Sets of fields, as trees in the format FieldsV1 of `managedFields`: a field without members of its own is
 * owned as a whole. Lists are owned as a whole throughout: the server knows of no list keys.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** Members are sets, named `f:` and the field's name; one without members is a leaf. */
export type FieldSet = JsonObject;

const PREFIX = "f:";

/** How an object came out of another. */
export interface Difference {
  /** Fields that are new, or have another value. */
  readonly written: FieldSet;
  /** Fields that are gone. */
  readonly removed: FieldSet;
}

/** Whether a set has no fields. As the member of another it stands for one field. */
export function isEmpty(set: FieldSet): boolean {
  for (const _member in set) return false;
  return true;
}

const LEAF: FieldSet = Object.freeze({});

function memberOf(set: FieldSet, member: string): FieldSet | undefined {
  const members = set[member];
  return isJsonObject(members) ? members : undefined;
}

function membersOf(set: FieldSet): readonly (readonly [string, FieldSet])[] {
  return Object.keys(set).map((member) => [member, memberOf(set, member) ?? LEAF]);
}

/** All fields of a value; none for what has no fields of its own. */
export function fieldsOf(value: unknown): FieldSet {
  if (!isJsonObject(value)) return LEAF;
  const fields: Record<string, FieldSet> = {};
  for (const name of Object.keys(value)) fields[PREFIX + name] = fieldsOf(value[name]);
  return fields;
}

/** What differs between two objects. Subtrees that both share cost nothing. */
export function compareFields(before: JsonObject, after: JsonObject): Difference {
  const written: Record<string, FieldSet> = {};
  const removed: Record<string, FieldSet> = {};
  for (const name of Object.keys(after)) {
    const value = after[name];
    const previous = before[name];
    if (value === previous) continue;
    if (isJsonObject(value) && isJsonObject(previous)) {
      const inner = compareFields(previous, value);
      if (!isEmpty(inner.written)) written[PREFIX + name] = inner.written;
      if (!isEmpty(inner.removed)) removed[PREFIX + name] = inner.removed;
    } else if (!isDeepStrictEqual(value, previous)) {
      written[PREFIX + name] = fieldsOf(value);
    }
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) removed[PREFIX + name] = fieldsOf(before[name]);
  }
  return { written, removed };
}

/** The fields of either set. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  const fields: Record<string, unknown> = { ...left };
  for (const [member, set] of membersOf(right)) {
    fields[member] = union(memberOf(left, member) ?? LEAF, set);
  }
  return fields;
}

/** The fields of both sets; a leaf meets all below its name. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const fields: Record<string, FieldSet> = {};
  for (const [member, set] of membersOf(left)) {
    const other = memberOf(right, member);
    if (other === undefined) continue;
    const common = intersection(set, other);
    if (isEmpty(set)) fields[member] = other;
    else if (isEmpty(other)) fields[member] = set;
    else if (!isEmpty(common)) fields[member] = common;
  }
  return fields;
}

/** The fields of the first set that the second does not meet. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  const fields: Record<string, FieldSet> = {};
  for (const [member, set] of membersOf(left)) {
    const other = memberOf(right, member);
    if (other === undefined) fields[member] = set;
    else if (!isEmpty(set) && !isEmpty(other)) {
      const rest = difference(set, other);
      if (!isEmpty(rest)) fields[member] = rest;
    }
  }
  return fields;
}

/** The object without these fields, and without what is left empty by that. */
export function removeFields(object: JsonObject, set: FieldSet): JsonObject {
  const rest: Record<string, unknown> = { ...object };
  for (const [member, members] of membersOf(set)) {
    const name = member.slice(PREFIX.length);
    const value = rest[name];
    const inner = isEmpty(members) || !isJsonObject(value) ? {} : removeFields(value, members);
    if (isEmpty(fieldsOf(inner))) delete rest[name];
    else rest[name] = inner;
  }
  return rest;
}

/** The paths of all leaves, as kube-apiserver writes them: `.spec.size`. */
export function pathsOf(set: FieldSet): readonly string[] {
  return membersOf(set).flatMap(([member, members]) => {
    const path = `.${member.slice(PREFIX.length)}`;
    return isEmpty(members) ? [path] : pathsOf(members).map((inner) => path + inner);
  });
}
