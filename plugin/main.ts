/**
 * Adapter: the plugin as a process: `kubectl cnpg-storage`.
 *
 * @module
 */

import { systemClock } from "../kube/system_clock.ts";
import type { ConnectionFlags } from "./connect/connection_flags.ts";
import type { OpenedApi, PluginPorts } from "./ports.ts";
import { runPlugin } from "./run_plugin.ts";

/** The process that the plugin runs in. */
const PORTS: PluginPorts = {
  writeOut: (text) => write(Deno.stdout, text),
  writeError: (text) => write(Deno.stderr, text),
  colour: Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR") &&
    Deno.env.get("TERM") !== "dumb",
  clock: systemClock,
  async openApi(flags: ConnectionFlags): Promise<OpenedApi> {
    // Loads what knows kubeconfigs and logins: help and versions are shown without it.
    const { openApi } = await import("./connect/open_api.ts");
    return await openApi(flags, {
      environment: (name) => Deno.env.get(name),
      readTextFile: (path) => Deno.readTextFile(path),
      isNotFound: (error) => error instanceof Deno.errors.NotFound,
    });
  },
};

function write(stream: typeof Deno.stdout, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    // Whoever read has left, `head` for example: there is nobody to tell.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

if (import.meta.main) Deno.exit(await runPlugin(Deno.args, PORTS));
