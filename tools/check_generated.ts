/**
 * Fails when a generated file is not what its generator makes today.
 *
 * @module
 */

import { conclude, type Finding } from "./finding.ts";
import { generateAll, GENERATED_FOLDERS, GENERATORS } from "./generators.ts";

const REMEDY = "run `deno task generate` and commit the result";

/** Differences between what is made and what is there, both as contents by path. */
export function findDrift(
  made: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
): Finding[] {
  const findings: Finding[] = [];
  for (const [path, content] of made) {
    const found = present.get(path);
    if (found === content) continue;
    const line = found === undefined ? 1 : firstDifference(found, content);
    const what = found === undefined ? "is missing" : "is out of date";
    findings.push({ path, line, message: `${what}: ${REMEDY}` });
  }
  for (const path of present.keys()) {
    if (!made.has(path)) {
      findings.push({ path, line: 1, message: "is made by no generator: remove it" });
    }
  }
  return findings;
}

function firstDifference(found: string, content: string): number {
  const expected = content.split("\n");
  const index = found.split("\n").findIndex((line, position) => line !== expected[position]);
  return index < 0 ? expected.length : index + 1;
}

/** What lies at the paths that are made, and in the folders that hold generated files alone. */
async function readPresent(paths: Iterable<string>): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const path of new Set([...paths, ...await listGenerated()])) {
    try {
      present.set(path, await Deno.readTextFile(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return present;
}

async function listGenerated(): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of GENERATED_FOLDERS) {
    try {
      for await (const entry of Deno.readDir(folder)) paths.push(`${folder}/${entry.name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return paths;
}

if (import.meta.main) {
  const made = await generateAll(GENERATORS);
  const findings = findDrift(made, await readPresent(made.keys()));
  conclude("generated", findings, `${made.size} files are what their generators make`);
}
