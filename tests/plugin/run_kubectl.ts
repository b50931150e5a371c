/**
 * Runs `kubectl` with an installed plugin.
 *
 * @module
 */

import { hasProgram } from "../lab/command.ts";

/** Starting kubectl, a shell and Deno on a busy machine. */
const COMMAND_LIMIT_MS = 30_000;

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Where the plugin and the kubeconfig are. */
export interface KubectlPlace {
  /** Directory that the plugin was installed to. */
  readonly pluginDirectory: string;
  /** The variable KUBECONFIG: one file, or several. */
  readonly kubeconfig: string;
}

/** What the tests need and the machine has not. */
export async function missingPrograms(needed: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const program of needed) {
    if (!await hasProgram(program)) missing.push(program);
  }
  return missing;
}

/** Runs kubectl to its end. */
export async function runKubectl(place: KubectlPlace, args: readonly string[]): Promise<Outcome> {
  return await runAt(place, "kubectl", args);
}

/** Runs a line that somebody pasted into a shell. */
export async function runPasted(place: KubectlPlace, line: string): Promise<Outcome> {
  return await runAt(place, "sh", ["-c", line]);
}

/** The proxies of the machine are left out. */
async function runAt(
  { pluginDirectory, kubeconfig }: KubectlPlace,
  program: string,
  args: readonly string[],
): Promise<Outcome> {
  const output = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    env: {
      PATH: `${pluginDirectory}:${Deno.env.get("PATH") ?? ""}`,
      KUBECONFIG: kubeconfig,
      HTTPS_PROXY: "",
      HTTP_PROXY: "",
    },
    signal: AbortSignal.timeout(COMMAND_LIMIT_MS),
  }).output();
  const decoder = new TextDecoder();
  const { code, stdout, stderr } = output;
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}
