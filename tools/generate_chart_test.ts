import assert from "node:assert/strict";
import { parse } from "yaml";
import { chartValuesSchema, valuesJsonSchema } from "./chart_values.ts";
import { generatedChart } from "./generate_chart.ts";

const VALUES = "charts/cnpg-storage-manager/values.yaml";

Deno.test("generatedChart() hands the controller's task over word by word", async () => {
  const files = await generatedChart();
  const args = files.get("charts/cnpg-storage-manager/files/controller_arguments.json") ?? "";
  const config: unknown = JSON.parse(await Deno.readTextFile("deno.json"));
  assert.ok(typeof config === "object" && config !== null && "tasks" in config);
  const { tasks } = config;
  assert.ok(typeof tasks === "object" && tasks !== null && "controller" in tasks);
  assert.equal(`deno ${JSON.parse(args).join(" ")}`, tasks.controller);
});

Deno.test("chartValuesSchema knows every value of values.yaml and demands no other", async () => {
  const values: unknown = parse(await Deno.readTextFile(VALUES));
  assert.deepEqual(chartValuesSchema.parse(values), values);
});

Deno.test("every value of values.yaml is one that the schema has, and the other way round", async () => {
  const values: unknown = parse(await Deno.readTextFile(VALUES));
  const optional = [".global", ...optionalDefaults(values)];
  assert.deepEqual(schemaPaths(valuesJsonSchema()).sort(), [...paths(values), ...optional].sort());
});

Deno.test("valuesJsonSchema() refuses unknown names wherever it knows names", () => {
  const text = JSON.stringify(valuesJsonSchema());
  const objects = text.match(/"properties":/g) ?? [];
  assert.equal((text.match(/"additionalProperties":false/g) ?? []).length, objects.length);
  assert.doesNotMatch(text, /"x-kubernetes|"default":/);
});

/** Fields of a policy that have no built-in value, or one that nobody needs to see: values.yaml leaves them out. */
function optionalDefaults(values: unknown): string[] {
  const present = new Set(paths(values));
  return schemaPaths(valuesJsonSchema())
    .filter((path) => path.startsWith(".defaults.") && !present.has(path));
}

/** Objects that hold what only Kubernetes knows end a path. */
function paths(value: unknown, prefix = ""): string[] {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || FREE.has(prefix)) return [prefix];
  return Object.entries(value).flatMap(([key, child]) => paths(child, `${prefix}.${key}`));
}

const FREE = new Set([
  ".controller.resources",
  ".serviceAccount.annotations",
  ".serviceMonitor.labels",
  ".podAnnotations",
  ".podLabels",
  ".nodeSelector",
  ".affinity",
  ".podSecurityContext",
  ".securityContext",
]);

function schemaPaths(schema: unknown, prefix = ""): string[] {
  const isMap = typeof schema === "object" && schema !== null;
  if (!isMap || !("properties" in schema) || typeof schema.properties !== "object") return [prefix];
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    schemaPaths(child, `${prefix}.${key}`)
  );
}
