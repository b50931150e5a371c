/**
 * The RunProgram port on the runtime's processes.
 *
 * Adapter: starts PostgreSQL's programs.
 *
 * @module
 */

import type { ProgramOutcome, RunProgram } from "./ports.ts";

/** PostgreSQL's programs translate what they print; ours is read by a program (`wal.md` W15). */
const ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" };

/** The program at an absolute path. It gets no environment, no input and no working directory of ours. */
export function programAt(path: string): RunProgram {
  return async (args, signal): Promise<ProgramOutcome> => {
    const { code, signal: endedBy, stdout, stderr } = await new Deno.Command(path, {
      args: [...args],
      cwd: "/",
      clearEnv: true,
      env: ENVIRONMENT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal,
    }).output();
    if (endedBy !== null) {
      throw new Error(`Cannot run ${path}: expected it to end by itself, found ${endedBy}`);
    }
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
}
