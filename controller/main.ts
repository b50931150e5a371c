/**
 * The controller's process: reads the configuration, puts the controller together, listens, and ends in order.
 *
 * Adapter: the process's arguments, environment, files, signals and exit code.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { errorText, type Logger } from "../kube/logger.ts";
import { systemClock } from "../kube/system_clock.ts";
import { loadConfig } from "./config/mod.ts";
import { openHistory } from "./history/open_history.ts";
import { createLogger, createStdout } from "./log/mod.ts";
import { runController } from "./run_controller.ts";
import { readProcessMemory } from "./serve/mod.ts";

const USAGE = `Usage: controller --config FILE [--kubeconfig FILE]

  --config FILE      the configuration (docs/controller.example.yaml)
  --kubeconfig FILE  reach the API server as this kubeconfig says; without it a pod uses its
                     ServiceAccount, and any other process what kubectl would use`;

/** Last words get this long to reach somebody. */
const DRAIN_MS = 1_000;

interface CommandLine {
  readonly configFile: string;
  readonly kubeconfigFile?: string | undefined;
}

/**
 * Reads the command line.
 *
 * @throws {TypeError} If an option is unknown or `--config` is missing.
 */
function readCommandLine(args: string[]): CommandLine | "help" {
  const { config, kubeconfig, help } = parseOptions(args);
  if (help === true) return "help";
  if (config === undefined) {
    throw new TypeError("Cannot start: expected --config FILE, found none (--help tells more)");
  }
  return { configFile: config, kubeconfigFile: kubeconfig };
}

function parseOptions(
  args: string[],
): { config?: string | undefined; kubeconfig?: string | undefined; help?: boolean | undefined } {
  try {
    return parseArgs({
      args,
      options: {
        config: { type: "string" },
        kubeconfig: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new TypeError(
      `Cannot start: expected the options that --help tells, found: ${errorText(error)}`,
    );
  }
}

/** Aborted by the first SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(name, () => stop.abort());
  }
  return stop.signal;
}

/** A rejection that nobody handled is a mistake of ours: it is logged, and the process goes on. */
function logUnhandled(logger: Logger): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    logger.error("an error was not handled", { error: event.reason });
  });
}

async function main(args: string[], write: (line: string) => void): Promise<number> {
  let logger: Logger | undefined;
  try {
    const commandLine = readCommandLine(args);
    if (commandLine === "help") {
      write(`${USAGE}\n`);
      return 0;
    }
    const { readTextFile } = Deno;
    const config = await loadConfig(commandLine.configFile, { readTextFile });
    const { logLevel: level, logFormat: format } = config;
    logger = createLogger({ level, format, clock: systemClock, write });
    logUnhandled(logger);
    await runController({
      config,
      kubeconfigFile: commandLine.kubeconfigFile,
      environment: (name) => Deno.env.get(name),
      readTextFile,
      isNotFound: (error) => error instanceof Deno.errors.NotFound,
      openHistory,
      readMemory: readProcessMemory,
      clock: systemClock,
      random: Math.random,
      logger,
    }, stopSignal());
    return 0;
  } catch (error) {
    const text = describe(error);
    if (logger === undefined) Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
    else logger.error("the controller ends", { error: text });
    return 1;
  }
}

/** The message of an error and of what caused it. */
function describe(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? errorText(error) : `${errorText(error)}: ${describe(cause)}`;
}

if (import.meta.main) {
  const stdout = createStdout();
  const status = await main(Deno.args, stdout.push);
  await Promise.race([stdout.drained(), systemClock.sleep(DRAIN_MS)]);
  Deno.exit(status);
}
