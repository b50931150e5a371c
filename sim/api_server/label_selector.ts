/**
 * Label selectors in their text form: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { labelsOf } from "./metadata.ts";
import { badRequest } from "./refusals.ts";

/** Tells whether an object is selected. */
export type Predicate = (object: JsonObject) => boolean;

const KEY = "[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?";
const VALUE = "[A-Za-z0-9_.-]*";
const REQUIREMENTS = /(?:[^,(]|\([^)]*\))+/g;
const EXISTS = new RegExp(`^(?<not>!?)\\s*(?<key>${KEY})$`);
const EQUALS = new RegExp(`^(?<key>${KEY})\\s*(?<operator>==|!=|=)\\s*(?<value>${VALUE})$`);
const COMPARES = new RegExp(`^(?<key>${KEY})\\s*(?<operator>[<>])\\s*(?<bound>\\d+)$`);
const SET = new RegExp(`^(?<key>${KEY})\\s+(?<operator>in|notin)\\s*\\((?<values>[^)]*)\\)$`);

/**
 * Reads a selector; none selects everything.
 *
 * @throws {ApiError} 400 if it cannot be read.
 */
export function parseLabelSelector(text: string | undefined): Predicate {
  if (text === undefined || text.trim() === "") return () => true;
  const parts = text.match(REQUIREMENTS) ?? [];
  if (parts.join(",") !== text) throw unreadable(text);
  const predicates = parts.map((part) => parseRequirement(part.trim()));
  return (object) => predicates.every((selects) => selects(object));
}

function parseRequirement(text: string): Predicate {
  const exists = EXISTS.exec(text)?.groups;
  if (exists !== undefined) return selectPresence(exists["key"] ?? "", exists["not"] === "");
  const equals = EQUALS.exec(text)?.groups;
  if (equals !== undefined) {
    return selectValues(equals["key"] ?? "", [equals["value"] ?? ""], equals["operator"] !== "!=");
  }
  const compares = COMPARES.exec(text)?.groups;
  if (compares !== undefined) {
    const bound = Number(compares["bound"]);
    return selectNumbers(compares["key"] ?? "", bound, compares["operator"] === ">");
  }
  const set = SET.exec(text)?.groups;
  if (set === undefined) throw unreadable(text);
  const values = (set["values"] ?? "").split(",").map((value) => value.trim());
  return selectValues(set["key"] ?? "", values, set["operator"] === "in");
}

function selectPresence(key: string, present: boolean): Predicate {
  return (object) => Object.hasOwn(labelsOf(object), key) === present;
}

/** What must not have a value may lack the label altogether. */
function selectValues(key: string, values: readonly string[], among: boolean): Predicate {
  return (object) => {
    const labels = labelsOf(object);
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return (typeof value === "string" && values.includes(value)) === among;
  };
}

function selectNumbers(key: string, bound: number, above: boolean): Predicate {
  return (object) => {
    const value = labelsOf(object)[key];
    if (typeof value !== "string" || !/^-?\d+$/.test(value)) return false;
    return above ? Number(value) > bound : Number(value) < bound;
  };
}

function unreadable(text: string): Error {
  return badRequest(`unable to parse requirement: found '${text}', expected: a label requirement`);
}
