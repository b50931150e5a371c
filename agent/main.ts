/**
 * The sidecar's program: `supervise` is the first process of the container, `run` the agent itself.
 *
 * @module
 */

import { systemClock } from "../kube/system_clock.ts";
import { type CommandLine, parseCommandLine, USAGE } from "./command_line.ts";
import { createJsonLogger } from "./json_logger.ts";

const encoder = new TextEncoder();

/** Log lines go to standard output; when nobody takes them they are lost, which must not stop anything. */
function writeLine(line: string): void {
  try {
    Deno.stdout.writeSync(encoder.encode(`${line}\n`));
  } catch {
    return;
  }
}

function writeProblem(line: string): void {
  Deno.stderr.writeSync(encoder.encode(`${line}\n`));
}

/** A signal that is aborted by SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(name, () => stop.abort());
  }
  return stop.signal;
}

function onHangUp(callback: () => void): void {
  Deno.addSignalListener("SIGHUP", callback);
}

async function supervise(commandLine: CommandLine): Promise<number> {
  const stop = stopSignal();
  const logger = createJsonLogger({
    now: systemClock.now,
    write: writeLine,
    level: () => "info",
    process: "supervisor",
  });
  // Nothing that goes wrong in here may end the first process of the container.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    logger.error("The supervisor met an error", { error: event.reason });
  });
  const { superviseAgent } = await import("./supervise_main.ts");
  const { outputOfDeno, startDeno } = await import("./deno_process.ts");
  const program = import.meta.url;
  const dependencies = { clock: systemClock, logger, program, startDeno, outputOfDeno };
  const supervisor = superviseAgent(commandLine, dependencies);
  onHangUp(() => supervisor.forward("SIGHUP"));
  await supervisor.run(stop);
  return 0;
}

async function run(commandLine: CommandLine): Promise<number> {
  const stop = stopSignal();
  const { runProcess } = await import("./run_main.ts");
  return await runProcess({ commandLine, write: writeLine, stop, onHangUp });
}

async function access(commandLine: CommandLine): Promise<number> {
  const { inquireAccess } = await import("./run_main.ts");
  writeLine(JSON.stringify(await inquireAccess(commandLine, writeProblem)));
  return 0;
}

function help(): Promise<number> {
  writeLine(USAGE);
  return Promise.resolve(0);
}

if (import.meta.main) {
  const commandLine = parseCommandLine(Deno.args);
  const commands = { run, supervise, access, help };
  Deno.exit(await commands[commandLine.command](commandLine));
}
