/**
 * The sidecar's program: `supervise` is the first process of the container, `run` the agent itself.
 *
 * @module
 */

import { createLineQueue, type LineQueue } from "../kube/line_queue.ts";
import { systemClock } from "../kube/system_clock.ts";
import { type CommandLine, parseCommandLine, USAGE } from "./command_line.ts";
import { createJsonLogger } from "./json_logger.ts";

/** After a signal the process is gone by then, whatever hangs: the supervisor needs 6 s at most. */
const STOP_MS_MAX = 8_000;

/** Last words get this long to reach somebody. */
const DRAIN_MS = 1_000;

/** Standard output; lines are lost when nobody takes them, which must not stop anything. */
function createOutput(): LineQueue {
  return createLineQueue({
    write: (bytes) => Deno.stdout.write(bytes),
    lost: (count) => `${JSON.stringify({ level: "warn", message: "Lines were lost", count })}\n`,
  });
}

function writeProblem(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** A signal that is aborted by SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  function onSignal(): void {
    stop.abort();
    Deno.unrefTimer(setTimeout(() => Deno.exit(0), STOP_MS_MAX));
  }
  for (const name of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(name, onSignal);
  return stop.signal;
}

/** Takes a line without its end. */
type WriteLine = (line: string) => void;

function onHangUp(callback: () => void): void {
  Deno.addSignalListener("SIGHUP", callback);
}

async function supervise(commandLine: CommandLine, writeLine: WriteLine): Promise<number> {
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

async function run(commandLine: CommandLine, writeLine: WriteLine): Promise<number> {
  const stop = stopSignal();
  const { runProcess } = await import("./run_main.ts");
  return await runProcess({ commandLine, write: writeLine, stop, onHangUp });
}

async function access(commandLine: CommandLine, writeLine: WriteLine): Promise<number> {
  const { inquireAccess } = await import("./run_main.ts");
  writeLine(JSON.stringify(await inquireAccess(commandLine, writeProblem)));
  return 0;
}

async function explain(commandLine: CommandLine, writeLine: WriteLine): Promise<number> {
  const { explainHere } = await import("./explain_main.ts");
  const { status, output, error } = await explainHere(commandLine.explain ?? []);
  if (output !== undefined) writeLine(output.trimEnd());
  if (error !== undefined) writeProblem(error.trimEnd());
  return status;
}

function help(_commandLine: CommandLine, writeLine: WriteLine): Promise<number> {
  writeLine(USAGE);
  return Promise.resolve(0);
}

if (import.meta.main) {
  const commandLine = parseCommandLine(Deno.args);
  const commands = { run, supervise, access, explain, help };
  const output = createOutput();
  const status = await commands[commandLine.command](commandLine, (line) => {
    output.push(`${line}\n`);
  });
  await Promise.race([output.drained(), systemClock.sleep(DRAIN_MS)]);
  Deno.exit(status);
}
