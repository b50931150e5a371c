/**
 * The configuration that a rendered chart gives the controller.
 *
 * @module
 */

import { type ControllerConfig, loadConfig } from "../../controller/config/mod.ts";
import type { JsonObject } from "../../kube/api.ts";
import { textAt } from "../lab/claim.ts";
import { renderedObjects, type Values } from "./helm.ts";
import { objectOf } from "./manifests.ts";

/** The file that the controller is started with. */
export function configText(objects: readonly JsonObject[]): string {
  return textAt(objectOf(objects, "ConfigMap"), "data", "config.yaml");
}

/** What the controller reads when the chart has these values. */
export async function configOf(values: Values = {}): Promise<ControllerConfig> {
  const text = configText(await renderedObjects(values));
  return await loadConfig("config.yaml", { readTextFile: () => Promise.resolve(text) });
}
