/**
 * Compiles and applies the rules of `x-kubernetes-validations`, as
 * `apiextensions-apiserver/pkg/apiserver/schema/cel`. What the server spends on evaluation is not bounded here.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import {
  type Environment,
  EvaluationError,
  Optional,
  type ParseResult,
} from "@marcbachmann/cel-js";
import { isJsonObject } from "../../../kube/json.ts";
import { type FieldError, forbiddenValue, invalidValue, requiredValue } from "./field_error.ts";
import { itemKey } from "./list_type.ts";
import { ruleEnvironment, transitionEnvironment } from "./rule_language.ts";
import { ruleValue } from "./rule_value.ts";
import type { StructuralSchema, ValidationRule } from "./structural_schema.ts";

/** Names the rules that a value breaks; `previous` is undefined where there is nothing to compare with. */
export type RuleCheck = (value: unknown, previous: unknown, path: string) => FieldError[];

/** Only plain names: lists and maps below a rule have no use for it so far. */
const FIELD_PATH = /^(\.[A-Za-z_][A-Za-z0-9_]*)+$/;

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly isTransition: boolean;
  readonly holds: ParseResult;
  readonly message: ParseResult | undefined;
}

const plain = ruleEnvironment();
const transition = transitionEnvironment("always");
const optionalTransition = transitionEnvironment("optional");

/**
 * Compiles every rule of a schema.
 *
 * @throws {TypeError} If a rule does not compile, or uses what is not offered here.
 */
export function compileRules(schema: StructuralSchema): RuleCheck {
  const check = compileNode(schema);
  return check ?? ((): FieldError[] => []);
}

/** Undefined where there is no rule in a schema and below, so that such branches cost nothing. */
function compileNode(schema: StructuralSchema): RuleCheck | undefined {
  const own = (schema["x-kubernetes-validations"] ?? []).map(compileRule);
  const items = schema.items === undefined ? undefined : compileNode(schema.items);
  const properties = new Map(
    Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, RuleCheck][] => {
      const check = compileNode(property);
      return check === undefined ? [] : [[name, check]];
    }),
  );
  const additional = typeof schema.additionalProperties === "object"
    ? compileNode(schema.additionalProperties)
    : undefined;
  if (own.length === 0 && !items && properties.size === 0 && !additional) return undefined;
  return (value, previous, path) => {
    if (value === null || value === undefined) return [];
    const errors = own.flatMap((rule) => applyRule(rule, schema, value, previous, path));
    if (Array.isArray(value)) {
      return items === undefined ? errors : [
        ...errors,
        ...value.flatMap((item, index) =>
          items(item, previousItem(item, previous, schema), `${path}[${index}]`)
        ),
      ];
    }
    if (!isJsonObject(value)) return errors;
    const before = isJsonObject(previous) ? previous : {};
    for (const [name, field] of Object.entries(value)) {
      const isDeclared = Object.hasOwn(schema.properties ?? {}, name);
      const check = isDeclared ? properties.get(name) : additional;
      errors.push(...check?.(field, before[name], fieldPath(path, name, isDeclared)) ?? []);
    }
    return errors;
  };
}

function fieldPath(path: string, name: string, isDeclared: boolean): string {
  if (!isDeclared) return `${path}[${name}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** Only the items of a list that is a map are the same as before in any sense. */
function previousItem(item: unknown, previous: unknown, schema: StructuralSchema): unknown {
  if (schema["x-kubernetes-list-type"] !== "map" || !Array.isArray(previous)) return undefined;
  const key = itemKey(item, schema);
  const before: readonly unknown[] = previous;
  return before.find((one) => isDeepStrictEqual(itemKey(one, schema), key));
}

function compileRule(rule: ValidationRule): CompiledRule {
  if (rule.fieldPath !== undefined && !FIELD_PATH.test(rule.fieldPath)) {
    throw new TypeError(
      `Cannot compile the rule ${rule.rule}: expected a fieldPath of names, found ${rule.fieldPath}`,
    );
  }
  const isTransition = !plain.check(rule.rule).valid;
  const environment = rule.optionalOldSelf === true ? optionalTransition : transition;
  return {
    rule,
    isTransition,
    holds: compileExpression(environment, rule.rule, "bool"),
    message: rule.messageExpression === undefined
      ? undefined
      : compileExpression(environment, rule.messageExpression, "string"),
  };
}

function compileExpression(
  environment: Environment,
  expression: string,
  wanted: "bool" | "string",
): ParseResult {
  const { valid, type, error } = environment.check(expression);
  const fits = type === wanted || type === "dyn";
  if (!valid || !fits) {
    throw new TypeError(
      `Cannot compile the rule ${expression}: expected a ${wanted} of what is offered here, found ${
        error?.message ?? type
      }`,
      { cause: error },
    );
  }
  return environment.parse(expression);
}

function applyRule(
  compiled: CompiledRule,
  schema: StructuralSchema,
  value: unknown,
  previous: unknown,
  path: string,
): FieldError[] {
  const { rule, isTransition } = compiled;
  const hasPrevious = previous !== undefined && previous !== null;
  if (isTransition && !hasPrevious && rule.optionalOldSelf !== true) return [];
  const old = hasPrevious ? ruleValue(previous, schema) : undefined;
  const optionalOld = old === undefined ? Optional.none() : Optional.of(old);
  const context = {
    self: ruleValue(value, schema),
    oldSelf: rule.optionalOldSelf === true ? optionalOld : old,
  };
  try {
    if (compiled.holds(context) === true) return [];
  } catch (error) {
    return [evaluationFailure(error, rule, schema, path)];
  }
  const isWhole = schema.type === "object" || schema.type === "array";
  const field = `${path}${rule.fieldPath ?? ""}`.replace(/^\./, "");
  return [broken(rule, field, isWhole ? undefined : { found: value }, message(compiled, context))];
}

function message(compiled: CompiledRule, context: Record<string, unknown>): string {
  const { rule } = compiled;
  const given = rule.message?.trim() ?? `failed rule: ${rule.rule.trim()}`;
  try {
    const text: unknown = compiled.message?.(context);
    return typeof text === "string" && text.trim() !== "" ? text : given;
  } catch (error) {
    // As upstream: a message that cannot be made gives way to the fixed one.
    if (error instanceof EvaluationError) return given;
    throw error;
  }
}

function broken(
  rule: ValidationRule,
  field: string,
  value: { readonly found: unknown } | undefined,
  detail: string,
): FieldError {
  switch (rule.reason) {
    case "FieldValueForbidden":
      return forbiddenValue(field, detail);
    case "FieldValueRequired":
      return requiredValue(field, detail);
    case "FieldValueDuplicate":
      return { kind: "Duplicate value", field, value, detail: "" };
    default:
      return { kind: "Invalid value", field, value, detail };
  }
}

function evaluationFailure(
  error: unknown,
  rule: ValidationRule,
  schema: StructuralSchema,
  path: string,
): FieldError {
  if (!(error instanceof Error)) throw error;
  const summary = error instanceof EvaluationError ? error.summary : error.message;
  const cause = `${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}`;
  const detail = `${cause} evaluating rule: ${rule.message?.trim() ?? rule.rule.trim()}`;
  return invalidValue(path, schema.type, detail);
}
