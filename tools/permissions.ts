/**
 * Reads with which permission flags the processes run. The tasks of `deno.json` are the one source: what a
 * task says is what tests run, and what images are to ship.
 *
 * @module
 */

import * as z from "zod";

const configSchema = z.object({ tasks: z.record(z.string(), z.string()) });

/** One permission flag: `--allow-env=HOME` has the name `env` and the one value `HOME`. */
export interface Permission {
  readonly name: string;
  /** Empty: unrestricted. */
  readonly values: readonly string[];
}

/**
 * The permissions of the task that starts a process.
 *
 * @param config The text of `deno.json`.
 * @throws {TypeError} If there is no such task or it is not a single `deno run`.
 */
export function permissionsOf(config: string, task: string): Permission[] {
  return runArguments(config, task).flatMap(parseFlag);
}

/**
 * The arguments with which a task starts `deno`: `run`, every flag and the program.
 *
 * @param config The text of `deno.json`.
 * @throws {TypeError} If there is no such task or it is not a single `deno run`.
 */
export function runArguments(config: string, task: string): string[] {
  const command = configSchema.parse(JSON.parse(config)).tasks[task];
  if (command === undefined || !command.startsWith("deno run ") || /[;&|]/.test(command)) {
    throw new TypeError(
      `Cannot read permissions of ${task}: expected a task "deno run …", found "${
        command ?? "none"
      }"`,
    );
  }
  return command.split(" ").slice(1);
}

function parseFlag(word: string): Permission[] {
  if (word === "-A") return [{ name: "all", values: [] }];
  const short = /^-[A-Z]/.exec(word);
  if (short !== null) {
    throw new TypeError(
      `Cannot read the flag ${word}: expected long flags such as --allow-read, which say what they allow`,
    );
  }
  const [, name, values] = /^--allow-([a-z]+)(?:=(.*))?$/.exec(word) ?? [];
  if (name === undefined) return [];
  return [{ name, values: values === undefined ? [] : values.split(",") }];
}
