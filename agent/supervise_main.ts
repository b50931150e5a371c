/**
 * The `supervise` command: the first process in the sidecar's container. It loads as little as it can.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "../kube/abort.ts";
import type { Clock } from "../kube/clock.ts";
import { errorText, type Logger } from "../kube/logger.ts";
import { agentArguments, inquiryArguments } from "./child_command.ts";
import type { CommandLine } from "./command_line.ts";
import { type AccessNeeds, parseAccessNeeds } from "./permissions.ts";
import { type ChildProcess, createSupervisor, type Supervisor } from "./supervise.ts";

/** Reading the configuration takes a tenth of a second; a process that takes this long hangs. */
export const INQUIRY_DEADLINE_MS = 10_000;

/** What the supervisor needs of the world. */
export interface SuperviseDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** URL of the module or bundle that is this program. */
  readonly program: string;
  readonly startDeno: (args: readonly string[]) => ChildProcess;
  readonly outputOfDeno: (args: readonly string[], signal: AbortSignal) => Promise<string>;
}

/**
 * The supervisor of agents with this command line. Before each start it asks a process without rights what
 * the configuration makes the agent touch, and allows exactly that.
 */
export function superviseAgent(
  commandLine: CommandLine,
  dependencies: SuperviseDependencies,
): Supervisor {
  const { clock, logger, program, startDeno } = dependencies;
  for (const problem of commandLine.problems) logger.error("The agent is degraded", { problem });
  return createSupervisor({
    clock,
    logger,
    async launch(stop: AbortSignal): Promise<ChildProcess> {
      const needs = await inquire(commandLine.config, dependencies, stop);
      stop.throwIfAborted();
      const { config, problems } = commandLine;
      return startDeno(agentArguments(program, needs, config, problems));
    },
  });
}

async function inquire(
  config: string | undefined,
  { clock, logger, program, outputOfDeno }: SuperviseDependencies,
  stop: AbortSignal,
): Promise<AccessNeeds> {
  using link = linkAbort(stop);
  using _deadline = startWatchdog(clock, INQUIRY_DEADLINE_MS, () => {
    link.abort(new Error(`expected an end within ${INQUIRY_DEADLINE_MS} ms`));
  });
  try {
    return parseAccessNeeds(await outputOfDeno(inquiryArguments(program, config), link.signal));
  } catch (error) {
    // Started without rights to reach anybody, the agent sees that they do not suit its configuration.
    logger.error("The agent is degraded: its permissions are unknown", { error: errorText(error) });
    return { root: "/", files: [] };
  }
}
