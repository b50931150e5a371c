/**
 * Generates what the chart takes over from elsewhere: the flags of the controller's process from `deno.json`,
 * and the schema of its values.
 *
 * @module
 */

import { valuesJsonSchema } from "./chart_values.ts";
import { runArguments } from "./permissions.ts";

const CHART = "charts/cnpg-storage-manager";

/** The files, by path from the repository's root. */
export async function generatedChart(): Promise<ReadonlyMap<string, string>> {
  const config = await Deno.readTextFile("deno.json");
  return new Map([
    [`${CHART}/files/controller_arguments.json`, json(runArguments(config, "controller"))],
    [`${CHART}/values.schema.json`, json(valuesJsonSchema())],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
