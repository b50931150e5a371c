/**
 * Runs a program to its end, with a limit.
 *
 * @module
 */

/** Long enough for mkfs on a slow disk, short enough that a hung umount is noticed. */
const DEFAULT_LIMIT_MS = 60_000;

/** Options of {@link run}. */
export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The program is killed after so many milliseconds. @default {60_000} */
  readonly limitMs?: number | undefined;
}

/**
 * Runs a program and returns what it wrote to standard output, trimmed.
 *
 * @throws {Error} when it cannot be started, exits with another code than 0, or outlives the limit; the
 * message carries the command and its standard error
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const limitMs = options.limitMs ?? DEFAULT_LIMIT_MS;
  const shown = [command, ...args].join(" ");
  const output = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    signal: AbortSignal.timeout(limitMs),
  }).output().catch((cause: unknown) => {
    throw new Error(`Cannot run '${shown}': expected a program that starts`, { cause });
  });
  const decoder = new TextDecoder();
  if (output.success) return decoder.decode(output.stdout).trim();
  const end = output.signal === null
    ? `code ${output.code}`
    : `${output.signal} (limit ${limitMs} ms)`;
  throw new Error(
    `Cannot run '${shown}': expected exit code 0, found ${end}: ${
      decoder.decode(output.stderr).trim()
    }`,
  );
}

/** Whether a program of that name is in `PATH`. */
export async function hasProgram(name: string): Promise<boolean> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const found = await Deno.stat(`${directory}/${name}`).then((info) => info.isFile, () => false);
    if (found) return true;
  }
  return false;
}
