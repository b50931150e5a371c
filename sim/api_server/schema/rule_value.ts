/**
 * JSON values as rules see them.
 *
 * @module
 */

import { isJsonObject } from "../../../kube/json.ts";
import { schemaOfProperty, type StructuralSchema } from "./structural_schema.ts";

/** Words of the language that no identifier can be; `apiserver/pkg/cel/escaping.go`. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function"],
  ...["if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  "__": "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/**
 * A value as rules see it: integers as integers, times as timestamps, the names of declared properties escaped
 * where they are no identifiers.
 */
export function ruleValue(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => ruleValue(item, schema?.items));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => {
        const isDeclared = Object.hasOwn(schema?.properties ?? {}, name);
        const known = schema === undefined ? undefined : schemaOfProperty(schema, name);
        return [isDeclared ? escaped(name) : name, ruleValue(field, known)];
      }),
    );
  }
  if (typeof value === "number" && schema?.type !== "number" && Number.isInteger(value)) {
    return BigInt(value);
  }
  return typeof value === "string" && schema?.format === "date-time" ? new Date(value) : value;
}

function escaped(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (found) => ESCAPES[found] ?? found);
}
