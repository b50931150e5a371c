/**
 * The demonstration: PostgreSQL clusters that run out of disk, and the real manager that looks after them.
 *
 * Adapter: the process's arguments, terminal, signals and exit code.
 *
 * @module
 */

import { errorText } from "../kube/logger.ts";
import { type Audience, createLiveAudience, createPlainAudience } from "./audience.ts";
import { type CommandLine, parseCommandLine, USAGE } from "./command_line.ts";
import { countOf } from "./count_of.ts";
import { castIncidents } from "./incidents.ts";
import { perform } from "./perform.ts";
import { readDefinitions } from "./read_definitions.ts";
import { createScaledClock } from "./scaled_clock.ts";
import type { DemoResult } from "./scene.ts";
import { openStage, type Stage } from "./stage/open_stage.ts";
import { systemTimers } from "./system_timers.ts";
import { invitation, shortInvitation, summary } from "./texts.ts";
import { pause } from "./timers.ts";
import { colours, noColours } from "./view/paint.ts";

const USAGE_STATUS = 2;
const SEED_END = 2 ** 32;

/** What is left to do after the end gets this long; a connection that will not close must not keep anybody. */
const CLOSING_MS = 5_000;

async function main(args: readonly string[]): Promise<number> {
  const commandLine = readCommandLine(args);
  if (typeof commandLine === "number") return commandLine;
  const stop = stopSignal();
  try {
    const result = await run(commandLine, stop);
    if (commandLine.json) write("stdout", `${JSON.stringify(result)}\n`);
    // Whoever ends what would go on for ever has seen what there was to see.
    return result.ok || !commandLine.once ? 0 : 1;
  } catch (error) {
    write("stderr", `${describe(error)}\n`);
    return 1;
  }
}

function readCommandLine(args: readonly string[]): CommandLine | number {
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine !== "help") return commandLine;
    write("stdout", USAGE);
    return 0;
  } catch (error) {
    write("stderr", `${errorText(error)}\n\n${USAGE}`);
    return USAGE_STATUS;
  }
}

async function run(commandLine: CommandLine, stop: AbortSignal): Promise<DemoResult> {
  const { speed, port, seed = Math.floor(Math.random() * SEED_END) } = commandLine;
  const output = commandLine.json ? "stderr" : "stdout";
  const incidents = castIncidents(commandLine.clusters);
  using clock = createScaledClock({ speed, startMs: Date.now(), timers: systemTimers });
  tell(
    `Starting a simulated Kubernetes with ${countOf(incidents.length, "cluster")}, seed ${seed} …`,
  );
  const stage = await openStage({
    seed,
    clock,
    timers: systemTimers,
    definitions: await readDefinitions(),
    incidents,
    port,
    drawToken: () => crypto.randomUUID(),
    realNowMs: Date.now(),
  });
  let result: DemoResult;
  try {
    tell(`Its API server is ${stage.serverUrl}; the story is ${speed} times as fast as life.`);
    tell(`${invitation(stage).join("\n")}\n`);
    const audience = openAudience(output, stage);
    result = await performBefore(audience, { stage, commandLine, seed, clock, stop });
  } finally {
    await Promise.race([stage[Symbol.asyncDispose](), pause(systemTimers, CLOSING_MS)]);
  }
  return result;

  function tell(text: string): void {
    write(output, `${text}\n`);
  }
}

/** Whatever happens, the terminal is given back. */
async function performBefore(
  audience: Audience,
  play: Omit<Parameters<typeof perform>[0], "audience" | "timers">,
): Promise<DemoResult> {
  let left: readonly string[] = [];
  try {
    const result = await perform({ ...play, audience, timers: systemTimers });
    left = summary(result, audience.paint);
    return result;
  } finally {
    audience.leave(left);
  }
}

function openAudience(output: "stdout" | "stderr", stage: Stage): Audience {
  const paint = Deno.noColor ? noColours : colours;
  if (!Deno[output].isTerminal()) return createPlainAudience((text) => write(output, text));
  const terminal = { write: (text: string) => write(output, text), size: () => Deno.consoleSize() };
  return createLiveAudience(terminal, shortInvitation(stage), paint);
}

/** Aborted by the first SIGTERM or SIGINT, and by a terminal that is closed. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => stop.abort());
  }
  return stop.signal;
}

function write(output: "stdout" | "stderr", text: string): void {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) written += Deno[output].writeSync(bytes.subarray(written));
}

/** The message of an error and of what caused it. */
function describe(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? errorText(error) : `${errorText(error)}: ${describe(cause)}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
