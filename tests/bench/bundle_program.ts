/**
 * Programs as images carry them.
 *
 * @module
 */

import { run } from "../lab/command.ts";
import { REPOSITORY } from "../lab/controller_process.ts";

/**
 * Bundles a program and gives its main file: one file for each part that is loaded when it is needed. What Deno
 * finds out about the files when it first sees them is kept in its cache; finding it out in the process itself
 * costs 15 to 23 MB.
 */
export async function bundleProgram(source: string, directory: string): Promise<string> {
  const how = ["--platform=deno", "--code-splitting", "--minify", "--quiet"];
  const entry = `${REPOSITORY}${source}`;
  await run(Deno.execPath(), ["bundle", ...how, `--outdir=${directory}`, entry], {
    cwd: REPOSITORY,
  });
  for await (const { name } of Deno.readDir(directory)) {
    await run(Deno.execPath(), ["cache", "--quiet", `${directory}/${name}`]);
  }
  return `${directory}/main.js`;
}
