/**
 * The CustomResourceDefinitions of a world: ours as the chart ships them, and CNPG's Cluster.
 *
 * @module
 */

import { parse } from "yaml";

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { CLUSTER_DEFINITION } from "../../sim/operator/cluster_definition.ts";

const CHART_CRDS = new URL("../../charts/cnpg-storage-manager/files/crds/", import.meta.url);

/** Reads them. */
export async function readCrds(): Promise<JsonObject[]> {
  const own: JsonObject[] = [];
  for await (const { name } of Deno.readDir(CHART_CRDS)) {
    const manifest: unknown = parse(await Deno.readTextFile(new URL(name, CHART_CRDS)));
    if (!isJsonObject(manifest)) throw new TypeError(`Cannot use ${name}: expected an object`);
    own.push(manifest);
  }
  return [CLUSTER_DEFINITION, ...own];
}
