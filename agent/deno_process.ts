/**
 * Starts processes of the same `deno` that runs this one.
 *
 * Adapter: starts and signals processes.
 *
 * @module
 */

import type { ChildProcess, ChildSignal } from "./supervise.ts";

/** Starts `deno` with `args`; its output goes where ours goes. */
export function startDeno(args: readonly string[]): ChildProcess {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return {
    pid: process.pid,
    ended: process.status.then(({ signal, code }) =>
      signal === null ? `ended with status ${code}` : `was ended by ${signal}`
    ),
    signal(name: ChildSignal): void {
      try {
        process.kill(name);
      } catch (error) {
        // It has ended in the meantime, which is all that a signal could have brought about.
        if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

/**
 * Runs `deno` with `args` to its end and gives what it printed; kills it when `signal` is aborted.
 *
 * @throws {Error} If it ends with another status than 0.
 */
export async function outputOfDeno(args: readonly string[], signal: AbortSignal): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal,
  });
  const { success, code, stdout } = await command.output();
  if (!success) throw new Error(`Cannot ask for permissions: expected status 0, found ${code}`);
  return new TextDecoder().decode(stdout);
}
