/**
 * Compiles the plugin into a program of one file: `tools/compile_plugin.ts TARGET OUTPUT`.
 *
 * What is compiled is the bundle: the packages by themselves would make the program larger and slower to start.
 *
 * @module
 */

import { bundlePlugin } from "./bundle_plugin.ts";
import { compileArguments } from "./compile.ts";

/** Not part of the repository. */
const BUNDLE_DIRECTORY = "dist/plugin";

if (import.meta.main) {
  const [target, output] = Deno.args;
  if (target === undefined || output === undefined) {
    throw new TypeError(`Cannot compile: expected TARGET OUTPUT, found "${Deno.args.join(" ")}"`);
  }
  const entry = await bundlePlugin(BUNDLE_DIRECTORY);
  const config = await Deno.readTextFile("deno.json");
  const args = compileArguments(config, "plugin", target, output, entry);
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  Deno.exit(code);
}
