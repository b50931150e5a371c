/**
 * The programs by which kubectl finds the plugin: shell scripts that start the bundle with its permissions.
 *
 * @module
 */

import { type Permission } from "./permissions.ts";

/** How kubectl calls the file of `kubectl cnpg-storage`: a dash within a word is an underscore. */
export const PLUGIN_FILE = "kubectl-cnpg_storage";

/** What kubectl asks for completions of the plugin. */
export const COMPLETION_FILE = "kubectl_complete-cnpg_storage";

/** The runtime that is fetched where the one of the installation is gone. */
const RUNTIME_PACKAGE = "deno@2.9.6";

/** What a launcher starts. */
export interface Launched {
  /** Path of the bundle's `main.js`. */
  readonly program: string;
  /** Path of the `deno` that made the bundle. */
  readonly runtime: string;
  readonly permissions: readonly Permission[];
}

/** The script that is the plugin. The bundle needs no package, so none may be loaded. */
export function launcherScript({ program, runtime, permissions }: Launched): string {
  const flags = permissions.map(({ name, values }) =>
    values.length === 0 ? `--allow-${name}` : `--allow-${name}=${values.join(",")}`
  );
  const run = ["run", "--no-prompt", "--no-config", "--no-npm", "--no-remote", ...flags].join(" ");
  return `#!/bin/sh
# kubectl cnpg-storage, made by "deno task plugin:install".
export DENO_NO_UPDATE_CHECK=1
runtime=${quoted(runtime)}
if [ -x "$runtime" ]; then
  exec "$runtime" ${run} ${quoted(program)} "$@"
fi
exec npx -y ${RUNTIME_PACKAGE} ${run} ${quoted(program)} "$@"
`;
}

/** The script that completes words; what goes wrong there must not show up in somebody's prompt. */
export function completionScript(launcher: string): string {
  return `#!/bin/sh
# Completion of kubectl cnpg-storage, made by "deno task plugin:install".
exec ${quoted(launcher)} __complete "$@" 2>/dev/null
`;
}

/**
 * The directory to install to: the first of PATH that lies below the home directory, else `~/.local/bin`.
 *
 * @param isWritable Whether files can be made in a directory.
 */
export async function installDirectory(
  path: string,
  home: string,
  isWritable: (directory: string) => Promise<boolean>,
): Promise<string> {
  for (const directory of path.split(":")) {
    if (directory.startsWith(`${home}/`) && await isWritable(directory)) return directory;
  }
  return `${home}/.local/bin`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
