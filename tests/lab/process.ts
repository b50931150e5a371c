/**
 * Long-running child processes: their output is kept, their end is awaited, and none outlives the test.
 *
 * @module
 */

import { type JsonObject } from "../../kube/api.ts";

/** Lines kept in memory per process; the log file has them all. */
const KEPT_LINES = 20_000;
/** Lines of the log that an error message shows. */
const TAIL_LINES = 25;
/** What a process wrote before its end is in the pipe by then. */
const DRAIN_LIMIT_MS = 500;
/** Time between SIGTERM and SIGKILL. */
const STOP_LIMIT_MS = 10_000;

/** What to start. */
export interface ProcessOptions {
  /** Names the process in errors and its log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Directory of the log file `NAME.log`. */
  readonly logDirectory: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Starts with `env` alone, as a container would. @default {false} */
  readonly clearEnv?: boolean | undefined;
  readonly cwd?: string | undefined;
}

/** A running child process. Disposing of it stops it. */
export interface LabProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Standard output and standard error in the order of arrival. */
  readonly lines: readonly string[];
  readonly exited: Promise<Deno.CommandStatus>;
  /** How the process ended, `undefined` while it runs. */
  status(): Deno.CommandStatus | undefined;
  /** The lines that are JSON objects, parsed. */
  records(): JsonObject[];
  /** The last lines of the log, for error messages. */
  tail(): string;
  /** Resident memory in bytes, from `/proc`. */
  residentBytes(): Promise<number>;
  /** Resolves with the first line, past or future, that matches. Rejects at the limit or when the process ends. */
  waitForLine(pattern: RegExp, limitMs: number): Promise<string>;
  /** Sends SIGTERM (or `signal`), and SIGKILL after `limitMs`. */
  stop(signal?: Deno.Signal, limitMs?: number): Promise<Deno.CommandStatus>;
}

/** State shared by the reading of the output and those who wait for a line. */
interface Output {
  readonly lines: string[];
  readonly listeners: Set<(line: string) => void>;
}

/**
 * Starts a program.
 *
 * It is started through `setpriv --pdeathsig`, so that the kernel kills it when the test process dies in
 * whatever way; `pid` is nevertheless the program's own.
 */
export function startProcess(options: ProcessOptions): LabProcess {
  const child = new Deno.Command("setpriv", {
    args: ["--pdeathsig", "KILL", "--", options.command, ...options.args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: options.clearEnv ?? false,
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).spawn();
  const logFile = `${options.logDirectory}/${options.name}.log`;
  const output: Output = { lines: [], listeners: new Set() };
  let ended: Deno.CommandStatus | undefined;
  const exited = collect(child, logFile, output).then((status) => ended = status);
  function tail(): string {
    return output.lines.slice(-TAIL_LINES).join("\n");
  }
  async function stop(
    signal: Deno.Signal = "SIGTERM",
    limitMs = STOP_LIMIT_MS,
  ): Promise<Deno.CommandStatus> {
    if (ended !== undefined) return ended;
    signalChild(child, signal);
    const killer = setTimeout(() => signalChild(child, "SIGKILL"), limitMs);
    try {
      return await exited;
    } finally {
      clearTimeout(killer);
    }
  }
  return {
    name: options.name,
    pid: child.pid,
    logFile,
    lines: output.lines,
    exited,
    status: () => ended,
    records: () => output.lines.flatMap(parseRecord),
    tail,
    residentBytes: () => readResidentBytes(child.pid),
    waitForLine: (pattern, limitMs) =>
      waitForLine(output, exited, pattern, limitMs, () => `${options.name}:\n${tail()}`),
    stop,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** What {@link startDeno} starts. */
export interface DenoProcessOptions extends Omit<ProcessOptions, "command" | "args"> {
  /** Path or URL of the main module. */
  readonly script: string;
  /** Flags of `deno run`, for example the permissions that a process ships with. */
  readonly flags: readonly string[];
  /** Arguments of the script. @default {[]} */
  readonly args?: readonly string[] | undefined;
}

/** Starts a Deno program under the Deno that runs the test. */
export function startDeno(options: DenoProcessOptions): LabProcess {
  const { script, flags, args = [], ...rest } = options;
  return startProcess({
    ...rest,
    command: Deno.execPath(),
    args: ["run", "--no-prompt", ...flags, script, ...args],
  });
}

async function collect(
  child: Deno.ChildProcess,
  logFile: string,
  output: Output,
): Promise<Deno.CommandStatus> {
  using file = await Deno.open(logFile, { create: true, append: true });
  const encoder = new TextEncoder();
  function accept(line: string): void {
    file.writeSync(encoder.encode(`${line}\n`));
    output.lines.push(line);
    if (output.lines.length > KEPT_LINES) output.lines.splice(0, KEPT_LINES / 2);
    for (const listener of [...output.listeners]) listener(line);
  }
  const readers = [child.stdout.getReader(), child.stderr.getReader()];
  const drained = Promise.all(readers.map((reader) => drain(reader, accept)));
  const status = await child.status;
  // A grandchild may have inherited the pipes and live on: its output is not waited for.
  const limit = setTimeout(() => readers.forEach((reader) => reader.cancel()), DRAIN_LIMIT_MS);
  await drained;
  clearTimeout(limit);
  return status;
}

async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  accept: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const parts = (rest + decoder.decode(chunk.value, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(accept);
  }
  if (rest !== "") accept(rest);
}

function waitForLine(
  output: Output,
  exited: Promise<Deno.CommandStatus>,
  pattern: RegExp,
  limitMs: number,
  describe: () => string,
): Promise<string> {
  const past = output.lines.find((line) => pattern.test(line));
  if (past !== undefined) return Promise.resolve(past);
  return new Promise((resolve, reject) => {
    function finish(act: () => void): void {
      clearTimeout(timer);
      output.listeners.delete(listener);
      act();
    }
    function listener(line: string): void {
      if (pattern.test(line)) finish(() => resolve(line));
    }
    function refuse(found: string): void {
      finish(() =>
        reject(new Error(`Cannot see a line like ${pattern}: ${found}; log of ${describe()}`))
      );
    }
    const timer = setTimeout(() => refuse(`expected it within ${limitMs} ms`), limitMs);
    output.listeners.add(listener);
    exited.then((status) => refuse(`the process ended with code ${status.code}`));
  });
}

function signalChild(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // The process may have ended by itself a moment ago.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function parseRecord(line: string): JsonObject[] {
  if (!line.startsWith("{")) return [];
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

async function readResidentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) {
    throw new Error(`Cannot read the memory of process ${pid}: expected VmRSS, found none`);
  }
  return Number(kilobytes) * 1024;
}
