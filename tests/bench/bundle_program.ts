/**
 * Programs as images carry them.
 *
 * @module
 */

import { run } from "../lab/command.ts";
import { REPOSITORY } from "../lab/controller_process.ts";

/**
 * Bundles a program and gives its main file: one file for each part that is loaded when it is needed. Programs of
 * its threads, `workers`, come to lie beside it. What Deno finds out about the files when it first sees them is
 * kept in its cache; finding it out in the process itself costs 15 to 23 MB.
 */
export async function bundleProgram(
  source: string,
  directory: string,
  workers: readonly string[] = [],
): Promise<string> {
  const how = ["--platform=deno", "--code-splitting", "--minify", "--quiet"];
  // One by one: a thread of its own shares no code, and loads none that it does not need.
  for (const entry of [source, ...workers]) {
    const args = ["bundle", ...how, `--outdir=${directory}`, `${REPOSITORY}${entry}`];
    await run(Deno.execPath(), args, { cwd: REPOSITORY });
  }
  for await (const { name } of Deno.readDir(directory)) {
    await run(Deno.execPath(), ["cache", "--quiet", `${directory}/${name}`]);
  }
  return `${directory}/main.js`;
}
