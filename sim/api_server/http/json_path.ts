/**
 * The part of Kubernetes' JSONPath that printer columns use: fields, indexes, wildcards and filters.
 *
 * Recursive descent, unions and slices are no part of it (docs: "JSONPath Support").
 *
 * @module
 */

import { isJsonObject } from "../../../kube/json.ts";

/** Follows a path from one value to those that it leads to, in order. */
export type JsonPath = (root: unknown) => readonly unknown[];

/** One step of a path. */
type Step = (value: unknown) => readonly unknown[];

/** What comes next in a path. */
interface Token {
  readonly pattern: RegExp;
  step(groups: readonly string[]): Step;
}

const TOKENS: readonly Token[] = [
  { pattern: /^\[\?\(\s*@(.+?)\s*\)\]/, step: ([condition = ""]) => filterStep(condition) },
  { pattern: /^(?:\[\*\]|\.\*)/, step: () => members },
  { pattern: /^\[(-?\d+)\]/, step: ([index = ""]) => indexStep(Number(index)) },
  {
    pattern: /^\[(?:'([^']+)'|"([^"]+)")\]/,
    step: ([single, double]) => quotedStep(single, double),
  },
  { pattern: /^\.((?:[^.[\\]|\\.)+)/, step: ([name = ""]) => fieldStep(unescaped(name)) },
];

/** A path, an operator and a JSON literal; a path alone asks whether it leads anywhere. */
const CONDITION_PATTERN = /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/;

/**
 * Reads a path such as `.status.conditions[?(@.type=="Active")].status`.
 *
 * @throws {SyntaxError} if it is none, or uses what is not supported.
 */
export function parseJsonPath(path: string): JsonPath {
  const steps: Step[] = [];
  for (let rest = path; rest !== "";) {
    const match = matchToken(rest);
    if (match === undefined) {
      const problem = `expected fields, indexes and filters, found ${JSON.stringify(rest)}`;
      throw new SyntaxError(`Cannot read the path ${JSON.stringify(path)}: ${problem}`);
    }
    steps.push(match.step);
    rest = rest.slice(match.length);
  }
  return (root) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [root]);
}

function matchToken(text: string): { step: Step; length: number } | undefined {
  for (const { pattern, step } of TOKENS) {
    const match = pattern.exec(text);
    if (match !== null) return { step: step(match.slice(1)), length: match[0].length };
  }
  return undefined;
}

function unescaped(name: string): string {
  return name.replaceAll(/\\(.)/g, "$1");
}

function quotedStep(single: string | undefined, double: string | undefined): Step {
  return fieldStep(unescaped(single ?? double ?? ""));
}

function fieldStep(name: string): Step {
  return (value) => isJsonObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function indexStep(index: number): Step {
  return (value) => {
    const items = Array.isArray(value) ? value : [];
    const at = index < 0 ? items.length + index : index;
    return at in items ? [items[at]] : [];
  };
}

function members(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function filterStep(condition: string): Step {
  const [, path = condition, operator, literal = ""] = CONDITION_PATTERN.exec(condition) ?? [];
  const select = parseJsonPath(path.trim());
  const expected = operator === undefined ? undefined : literalOf(literal);
  return (value) =>
    members(value).filter((member) => {
      const [found] = select(member);
      return operator === undefined ? found !== undefined : compare(found, operator, expected);
    });
}

/** A literal in JSON, or a text in single quotes. */
function literalOf(literal: string): unknown {
  const quoted = /^'(.*)'$/.exec(literal)?.[1];
  if (quoted !== undefined) return quoted;
  try {
    return JSON.parse(literal);
  } catch {
    throw new SyntaxError(`Cannot read a filter: expected a literal, found ${literal}`);
  }
}

/** What is absent satisfies no comparison, not even `!=`. */
function compare(found: unknown, operator: string, expected: unknown): boolean {
  if (found === undefined) return false;
  if (operator === "==") return found === expected;
  if (operator === "!=") return found !== expected;
  const order = orderOf(found, expected);
  if (order === undefined) return false;
  return operator.startsWith("<")
    ? order < 0 || operator === "<=" && order === 0
    : order > 0 || operator === ">=" && order === 0;
}

function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left === right ? 0 : left < right ? -1 : 1;
}
