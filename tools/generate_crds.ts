/**
 * Generates the CustomResourceDefinitions and their reference pages from the schemas in `lib`.
 *
 * @module
 */

import { BUILT_IN_DEFAULTS } from "../lib/policy/defaults.ts";
import { RESOURCE_DEFINITIONS } from "./crd_definitions.ts";
import { crdManifest } from "./crd_manifest.ts";
import { type DefaultTexts, referencePage } from "./crd_reference.ts";

const CRD_FOLDER = "charts/cnpg-storage-manager/files/crds";
const REFERENCE_FOLDER = "docs/reference";

/** Every CustomResourceDefinition and its reference page, by path from the repository's root. */
export function generatedFiles(): Promise<Map<string, string>> {
  const defaults = defaultTexts(BUILT_IN_DEFAULTS, "");
  const files = new Map<string, string>();
  for (const definition of RESOURCE_DEFINITIONS) {
    const { singular, plural, kind } = definition;
    files.set(`${CRD_FOLDER}/${plural}.yaml`, crdManifest(definition));
    files.set(
      `${REFERENCE_FOLDER}/${singular}.md`,
      referencePage(definition, kind === "StoragePolicy" ? defaults : {}),
    );
  }
  return Promise.resolve(files);
}

function defaultTexts(section: object, prefix: string): DefaultTexts {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(section)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      Object.assign(texts, defaultTexts(value, path));
    } else {
      texts[path] = JSON.stringify(value);
    }
  }
  return texts;
}
