/**
 * Compiles a process into a program of one file, with the permissions of its task built in:
 * `tools/compile.ts PROGRAM TARGET OUTPUT`.
 *
 * @module
 */

import { permissionsOf } from "./permissions.ts";

/**
 * Arguments of `deno compile` for a process, so that what ships is what the task runs.
 *
 * @param entry The module to start, where it is not the source's `main.ts`.
 */
export function compileArguments(
  config: string,
  program: string,
  target: string,
  output: string,
  entry = `${program}/main.ts`,
): string[] {
  const flags = permissionsOf(config, program).map(({ name, values }) =>
    values.length === 0 ? `--allow-${name}` : `--allow-${name}=${values.join(",")}`
  );
  const options = ["--no-prompt", ...flags, `--target=${target}`, `--output=${output}`];
  return ["compile", ...options, entry];
}

if (import.meta.main) {
  const [program, target, output] = Deno.args;
  if (program === undefined || target === undefined || output === undefined) {
    throw new TypeError(
      `Cannot compile: expected PROGRAM TARGET OUTPUT, found "${Deno.args.join(" ")}"`,
    );
  }
  const config = await Deno.readTextFile("deno.json");
  const args = compileArguments(config, program, target, output);
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  Deno.exit(code);
}
