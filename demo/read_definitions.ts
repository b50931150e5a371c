/**
 * Adapter: reads the definitions of the custom resources that the demonstration serves.
 *
 * @module
 */

import { parse } from "yaml";

import type { JsonObject } from "../kube/api.ts";
import { isJsonObject } from "../kube/json.ts";
import { CLUSTER_DEFINITION } from "../sim/operator/cluster_definition.ts";

const CHART_DEFINITIONS = new URL("../charts/cnpg-storage-manager/files/crds/", import.meta.url);

/** The product's own definitions, as the chart ships them, and CloudNativePG's Cluster. */
export async function readDefinitions(): Promise<JsonObject[]> {
  const definitions: JsonObject[] = [CLUSTER_DEFINITION];
  for await (const { name } of Deno.readDir(CHART_DEFINITIONS)) {
    const definition: unknown = parse(await Deno.readTextFile(new URL(name, CHART_DEFINITIONS)));
    if (!isJsonObject(definition)) {
      throw new TypeError(`Cannot read ${name}: expected an object, found ${typeof definition}`);
    }
    definitions.push(definition);
  }
  return definitions;
}
