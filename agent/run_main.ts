/**
 * The `run` and `access` commands: one agent process, and what it must be allowed to touch.
 *
 * Adapter: reads the environment and files.
 *
 * @module
 */

import type { Logger } from "../kube/logger.ts";
import { createDenoTransport } from "../kube/deno_transport.ts";
import { systemClock } from "../kube/system_clock.ts";
import { RESTART_STATUS } from "./child_command.ts";
import type { CommandLine } from "./command_line.ts";
import { accessNeeds, type Environment } from "./config.ts";
import { denoDirectories } from "./deno_directories.ts";
import { createJsonLogger, type LogLevel } from "./json_logger.ts";
import { type AccessNeeds, ENVIRONMENT_NAMES, sameAccess } from "./permissions.ts";
import { runAgent } from "./run_agent.ts";
import { createReportSender, IDLE_CONNECTION_MS } from "./send_report.ts";
import { type ConfigSource, createSettings, keepReloading, type Settings } from "./settings.ts";
import { statfsProbe } from "./statfs_probe.ts";
import { AGENT_VERSION } from "./version.ts";

/** What {@link runProcess} takes from `main.ts`. */
export interface RunProcessOptions {
  readonly commandLine: CommandLine;
  readonly write: (line: string) => void;
  /** Ends the agent. */
  readonly stop: AbortSignal;
  /** Registers what is to happen on SIGHUP. */
  readonly onHangUp: (reload: () => void) => void;
}

/** Runs the agent until it is stopped; gives the status to end with. */
export async function runProcess(options: RunProcessOptions): Promise<number> {
  const { commandLine, stop } = options;
  let level: LogLevel = "info";
  const { write } = options;
  const logger = createJsonLogger({
    now: systemClock.now,
    write,
    level: () => level,
    process: "agent",
  });
  const settings = await createSettings(configSource(commandLine), logger);
  const end = new AbortController();
  let status = 0;
  stop.addEventListener("abort", () => end.abort(), { once: true });
  if (stop.aborted) end.abort();

  function adopt(): void {
    level = settings.config().logLevel;
    if (mayTouchWhatItNeeds(commandLine, settings)) return;
    logger.warn("The configuration needs other permissions: starting anew");
    status = RESTART_STATUS;
    end.abort();
  }
  async function reload(): Promise<void> {
    await settings.reload();
    adopt();
  }

  adopt();
  options.onHangUp(reload);
  await Promise.all([
    runWith(settings, logger, commandLine.problems, end.signal),
    keepReloading(settings, systemClock, adopt, end.signal),
  ]);
  return status;
}

/** What the configuration makes the agent touch. */
export async function inquireAccess(
  commandLine: CommandLine,
  write: (line: string) => void,
): Promise<AccessNeeds> {
  const logger = createJsonLogger({
    now: systemClock.now,
    write,
    level: () => "error",
    process: "access",
  });
  const settings = await createSettings(configSource(commandLine), logger);
  return accessNeeds(settings.config(), commandLine.config);
}

async function runWith(
  settings: Settings,
  logger: Logger,
  problems: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const sender = createReportSender({
    clock: systemClock,
    controller: () => settings.config().controller,
    readTextFile: Deno.readTextFile,
    openTransport: ({ url, ca, caFile }) =>
      createDenoTransport(
        {
          server: url,
          caCertificates: ca === undefined ? undefined : [ca],
          caFile,
          token: { kind: "none" },
        },
        {
          clock: systemClock,
          readTextFile: Deno.readTextFile,
          idleConnectionMs: IDLE_CONNECTION_MS,
        },
      ),
  });
  await runAgent({
    clock: systemClock,
    random: Math.random,
    logger,
    directories: denoDirectories,
    probe: statfsProbe,
    sender,
    settings,
    agentVersion: AGENT_VERSION,
    session: crypto.randomUUID(),
    problems,
  }, signal);
  sender.close();
}

/** An agent that nobody supervises has the permissions that somebody chose for it, and keeps them. */
function mayTouchWhatItNeeds(commandLine: CommandLine, settings: Settings): boolean {
  if (commandLine.granted === undefined) return true;
  const needs = accessNeeds(settings.config(), commandLine.config);
  return sameAccess(commandLine.granted, needs);
}

function configSource(commandLine: CommandLine): ConfigSource {
  const environment: Environment = Object.fromEntries(
    ENVIRONMENT_NAMES.map((name) => [name, Deno.env.get(name)]),
  );
  return { file: commandLine.config, environment, readTextFile: Deno.readTextFile };
}
