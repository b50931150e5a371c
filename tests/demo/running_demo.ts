/**
 * The demonstration as a process under the permissions of its task.
 *
 * @module
 */

import { runArguments } from "../../tools/permissions.ts";

/** How to start it. */
export interface DemoOptions {
  readonly seed: number;
  readonly speed?: number | undefined;
  readonly clusters?: number | undefined;
  /** Further arguments. */
  readonly args?: readonly string[] | undefined;
}

/** How it ended. */
export interface DemoEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A demonstration that goes on until it is stopped. */
export interface RunningDemo extends AsyncDisposable {
  /** Leads to its API server as the administrator. */
  readonly kubeconfigFile: string;
  readonly metricsUrl: string;
  /** Settles when the process has ended. */
  readonly ended: Promise<DemoEnd>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<DemoEnd>;
}

/** Starting Deno, the world and the manager takes a second or two; busy machines take longer. */
const START_MS_MAX = 60_000;

/** After Ctrl-C it has to be gone by then, or it is killed. */
const STOP_MS_MAX = 20_000;

/**
 * Starts it, and resolves once people are told where it can be reached.
 *
 * @throws {Error} If it ends before, or says nothing in time; the message holds what it said.
 */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const child = await spawnDemo(options);
  const stderr = new Response(child.stderr).text();
  const output = followLines(child.stdout);
  const ended = Promise.all([child.status, output.all, stderr])
    .then(([{ code }, stdout, problems]): DemoEnd => ({ code, stdout, stderr: problems }));
  async function stop(): Promise<DemoEnd> {
    await endBy(child, STOP_MS_MAX);
    return await ended;
  }
  using timer = alarm(START_MS_MAX);
  const told = await Promise.race([
    output.matches([/KUBECONFIG=(\S+)/, /(http\S+\/metrics)/]),
    timer.rung,
  ]);
  const [kubeconfigFile, metricsUrl] = told ?? [];
  if (kubeconfigFile === undefined || metricsUrl === undefined) {
    const end = await stop();
    throw new Error(`Cannot start the demonstration: ${JSON.stringify(end)}`);
  }
  return {
    kubeconfigFile,
    metricsUrl,
    ended,
    stop,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** Runs it to its end. */
export async function runDemo(args: readonly string[]): Promise<DemoEnd> {
  const output = await (await demoCommand(args)).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

async function spawnDemo(
  { seed, speed, clusters, args = [] }: DemoOptions,
): Promise<Deno.ChildProcess> {
  const command = await demoCommand([
    `--seed=${seed}`,
    ...(speed === undefined ? [] : [`--speed=${speed}`]),
    ...(clusters === undefined ? [] : [`--clusters=${clusters}`]),
    ...args,
  ]);
  return command.spawn();
}

async function demoCommand(args: readonly string[]): Promise<Deno.Command> {
  const root = new URL("../../", import.meta.url);
  const config = await Deno.readTextFile(new URL("deno.json", root));
  return new Deno.Command(Deno.execPath(), {
    args: [...runArguments(config, "demo"), ...args],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

interface FollowedLines {
  /** Everything, once the stream has ended. */
  readonly all: Promise<string>;
  /** The first group of each pattern, once all are found; undefined if the stream ends before. */
  matches(patterns: readonly RegExp[]): Promise<string[] | undefined>;
}

function followLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): FollowedLines {
  let text = "";
  const listeners = new Set<() => void>();
  async function read(): Promise<string> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (const listener of [...listeners]) listener();
    }
    return text;
  }
  const all = read();
  return {
    all,
    async matches(patterns): Promise<string[] | undefined> {
      const found = Promise.withResolvers<string[]>();
      function look(): void {
        const groups = patterns.flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
        if (groups.length === patterns.length) found.resolve(groups);
      }
      listeners.add(look);
      look();
      return await Promise.race([found.promise, all.then(() => undefined)]);
    },
  };
}

async function endBy(child: Deno.ChildProcess, limitMs: number): Promise<void> {
  using timer = alarm(limitMs);
  kill(child, "SIGINT");
  const isLate = await Promise.race([
    child.status.then(() => false),
    timer.rung.then(() => true),
  ]);
  if (isLate) kill(child, "SIGKILL");
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
}

function alarm(durationMs: number): Disposable & { readonly rung: Promise<undefined> } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), durationMs);
  return { rung: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}
