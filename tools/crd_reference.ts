/**
 * Reference pages of our custom resources, as Markdown.
 *
 * @module
 */

import { GROUP_VERSION } from "../lib/policy/api_group.ts";
import type { ResourceDefinition } from "./crd_definitions.ts";
import { schemasOf } from "./crd_manifest.ts";
import type { StructuralSchema, ValidationRule } from "./crd_schema.ts";

const HEADER =
  "<!-- Generated from the schemas in lib/ by `deno task generate`; edits are lost. -->\n\n";

/** Built-in values of fields, as texts by path. */
export type DefaultTexts = Readonly<Record<string, string>>;

/** One field of a resource. */
interface Field {
  readonly path: string;
  readonly schema: StructuralSchema;
  readonly required: boolean;
}

/** The reference page of a resource; fields of its spec that have a built-in value show it. */
export function referencePage(definition: ResourceDefinition, defaults: DefaultTexts): string {
  const { spec, status } = schemasOf(definition);
  const title = `# ${definition.kind}\n\n${definition.description}\n\n` +
    `\`apiVersion: ${GROUP_VERSION}\`, short name \`${definition.shortName}\`.\n`;
  const parts = spec === undefined ? [] : [section("spec", spec, defaults)];
  return HEADER + [title, ...parts, section("status", status, {})].join("\n");
}

function section(name: string, schema: StructuralSchema, defaults: DefaultTexts): string {
  const fields = fieldsOf(schema, "");
  const hasDefaults = Object.keys(defaults).length > 0;
  const head = hasDefaults
    ? "| Field | Type | Bounds | Built-in value | Meaning |\n|---|---|---|---|---|\n"
    : "| Field | Type | Bounds | Meaning |\n|---|---|---|---|\n";
  const rows = fields.map(({ path, schema, required }) => {
    const cells = [
      `\`${path}\`${required ? " (required)" : ""}`,
      typeText(schema),
      boundsText(schema),
    ];
    if (hasDefaults) cells.push(code(defaults[path]));
    return `| ${[...cells, cell(schema.description ?? "")].join(" | ")} |`;
  });
  const rules = rulesOf(schema, name);
  const ruleText = rules.length === 0 ? "" : `\nRules:\n\n${rules.join("\n")}\n`;
  return `## ${name}\n\n${schema.description ?? ""}\n\n${head}${rows.join("\n")}\n${ruleText}`;
}

function fieldsOf(schema: StructuralSchema, prefix: string): Field[] {
  const inner = schema.items ?? schema;
  return Object.entries(inner.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const suffix = child.type === "array" ? "[]" : "";
    const required = inner.required?.includes(name) ?? false;
    return [{ path, schema: child, required }, ...fieldsOf(child, `${path}${suffix}`)];
  });
}

function typeText(schema: StructuralSchema): string {
  if (schema.type === "array") return `list of ${schema.items?.type ?? "values"}s`;
  if (schema.additionalProperties !== undefined) {
    return `map of ${schema.additionalProperties.type}s`;
  }
  if (schema.format === "date-time") return "time";
  return schema.pattern?.includes("KMGTPE") ? "quantity" : schema.type;
}

function boundsText(schema: StructuralSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.type === "array") return `at most ${schema.maxItems}`;
  if (schema.additionalProperties !== undefined) return `at most ${schema.maxProperties}`;
  if (schema.minimum === undefined || schema.maximum === undefined) return "";
  return schema.maximum === Number.MAX_SAFE_INTEGER
    ? `from ${schema.minimum}`
    : `${schema.minimum} to ${schema.maximum}`;
}

function rulesOf(schema: StructuralSchema, path: string): string[] {
  const own = (schema["x-kubernetes-validations"] ?? []).map((rule: ValidationRule) =>
    `- \`${path}\`: ${rule.message}.`
  );
  const inner = schema.items === undefined ? [] : rulesOf(schema.items, `${path}[]`);
  const children = Object.entries(schema.properties ?? {})
    .flatMap(([name, child]) => rulesOf(child, `${path}.${name}`));
  return [...own, ...inner, ...children];
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
