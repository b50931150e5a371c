/**
 * Installs `kubectl cnpg-storage` for one user: `deno task plugin:install [--directory DIR]`.
 *
 * @module
 */

import { bundlePlugin } from "./bundle_plugin.ts";
import { permissionsOf } from "./permissions.ts";
import {
  COMPLETION_FILE,
  completionScript,
  installDirectory,
  launcherScript,
  PLUGIN_FILE,
} from "./plugin_launcher.ts";

/** Anybody may start it, its owner may replace it. */
const PROGRAM_MODE = 0o755;

/** Writes the launchers and, hidden beside them, the bundle. Gives the path of the plugin. */
export async function installPlugin(directory: string): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  const absolute = await Deno.realPath(directory);
  const bundle = `${absolute}/.${PLUGIN_FILE}`;
  // Pieces of an earlier bundle have other names: they would stay for ever.
  await Deno.remove(bundle, { recursive: true }).catch(ignoreMissing);
  const config = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const launcher = `${absolute}/${PLUGIN_FILE}`;
  const script = launcherScript({
    program: await bundlePlugin(bundle),
    runtime: Deno.execPath(),
    permissions: permissionsOf(config, "plugin"),
  });
  await writeProgram(launcher, script);
  await writeProgram(`${absolute}/${COMPLETION_FILE}`, completionScript(launcher));
  return launcher;
}

async function writeProgram(path: string, script: string): Promise<void> {
  await Deno.writeTextFile(path, script);
  await Deno.chmod(path, PROGRAM_MODE);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function isWritable(directory: string): Promise<boolean> {
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: directory }));
    return true;
  } catch {
    return false;
  }
}

async function chosenDirectory(args: readonly string[], path: string): Promise<string> {
  const [first, second, ...rest] = args;
  const [, inline] = /^--directory=(.+)$/.exec(first ?? "") ?? [];
  const named = inline ?? (first === "--directory" ? second : undefined);
  const surplus = inline === undefined ? rest : args.slice(1);
  if (first === undefined) {
    const home = Deno.env.get("HOME");
    if (home === undefined) {
      throw new TypeError("Cannot choose a directory: expected HOME to be set, or --directory DIR");
    }
    return await installDirectory(path, home, isWritable);
  }
  if (named === undefined || surplus.length > 0) {
    throw new TypeError(`Cannot install: expected [--directory DIR], found "${args.join(" ")}"`);
  }
  return named;
}

if (import.meta.main) {
  const path = Deno.env.get("PATH") ?? "";
  const launcher = await installPlugin(await chosenDirectory(Deno.args, path));
  const directory = launcher.slice(0, launcher.lastIndexOf("/"));
  const advice = path.split(":").includes(directory)
    ? "Try it: kubectl cnpg-storage status -A"
    : `kubectl looks for plugins in PATH: add ${directory} to it`;
  await Deno.stdout.write(new TextEncoder().encode(`Installed ${launcher}\n${advice}\n`));
}
