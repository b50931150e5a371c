/**
 * The registry of everything that is generated from source.
 *
 * @module
 */

import { generatedChart } from "./generate_chart.ts";
import { generatedFiles } from "./generate_crds.ts";
import { generatedPermissions } from "./generate_permissions.ts";

/** Makes files, as contents by path from the repository's root. */
export type Generator = () => Promise<ReadonlyMap<string, string>>;

/** Every generator; `deno task generate` writes what they make, `check:generated` compares it. */
export const GENERATORS: readonly Generator[] = [
  generatedFiles,
  generatedPermissions,
  generatedChart,
];

/** Folders in which every file is generated: a file that nobody makes any more is out of date. */
export const GENERATED_FOLDERS: readonly string[] = [
  "charts/cnpg-storage-manager/files/crds",
  "docs/reference",
];

/**
 * Runs all generators.
 *
 * @throws {Error} If two of them make the same file.
 */
export async function generateAll(
  generators: readonly Generator[],
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const generate of generators) {
    for (const [path, content] of await generate()) {
      if (all.has(path)) {
        throw new Error(`Cannot generate ${path}: expected one generator, found two`);
      }
      all.set(path, content);
    }
  }
  return all;
}
