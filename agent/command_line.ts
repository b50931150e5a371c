/**
 * The agent's command line.
 *
 * Like the configuration it may be wrong without stopping anything: what is not understood is a problem to
 * be told, and the rest counts.
 *
 * @module
 */

import { errorText } from "../kube/logger.ts";
import { type AccessNeeds, parseAccessNeeds } from "./permissions.ts";

/** What the process is asked to be. */
export type CommandName = "run" | "supervise" | "access" | "explain" | "help";

/** A parsed command line. */
export interface CommandLine {
  readonly command: CommandName;
  /** `--config`: path of the configuration file. */
  readonly config?: string | undefined;
  /** `--granted`: what the supervisor allows this process to touch. */
  readonly granted?: AccessNeeds | undefined;
  /** One sentence for each argument that was not understood, and for each `--problem` handed down. */
  readonly problems: readonly string[];
  /** What follows `explain`, which reads it by itself. */
  readonly explain?: readonly string[] | undefined;
}

/** What `help` prints. */
export const USAGE = `Usage: agent COMMAND [--config FILE]

Commands:
  run        measure the volumes and report to the controller
  supervise  keep one agent running; ends only on SIGTERM or SIGINT, always with status 0
  access     print what the agent must be allowed to touch, as JSON
  explain    tell what holds the WAL of an instance; see explain --help
  help       print this text

The configuration is documented in docs/agent.md.
`;

const COMMANDS: ReadonlyMap<string, CommandName> = new Map([
  ["run", "run"],
  ["supervise", "supervise"],
  ["access", "access"],
  ["explain", "explain"],
  ["help", "help"],
  ["--help", "help"],
]);

/**
 * Reads the arguments. Without a command that is known the process supervises: in a pod, ending would be
 * worse than doing what was most likely meant.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const problems: string[] = [];
  const values = new Map<string, string>();
  const [first, ...others] = args;
  const command = COMMANDS.get(first ?? "");
  if (command === "explain") return { command, problems, explain: others };
  if (command === undefined) problems.push(`Unknown command ${shown(first)}: supervising instead`);
  const rest = command === undefined && first?.startsWith("--") ? [...args] : others;
  while (rest.length > 0) {
    const name = rest.shift() ?? "";
    const [, option, inline] = /^--(config|granted|problem)(?:=(.*))?$/s.exec(name) ?? [];
    const value = inline ?? (option === undefined ? undefined : rest.shift());
    if (option === undefined) problems.push(`Unknown argument ${shown(name)} is ignored`);
    else if (value === undefined || value === "") problems.push(`--${option} has no value`);
    else if (option === "problem") problems.push(value);
    else values.set(option, value);
  }
  return {
    command: command ?? "supervise",
    config: absolute(values.get("config"), problems),
    granted: parseGranted(values.get("granted"), problems),
    problems,
  };
}

/** Permissions name absolute paths only; a relative one would be read and refused differently. */
function absolute(path: string | undefined, problems: string[]): string | undefined {
  if (path === undefined || path.startsWith("/")) return path;
  problems.push(`--config is ignored: expected an absolute path, found ${shown(path)}`);
  return undefined;
}

function parseGranted(text: string | undefined, problems: string[]): AccessNeeds | undefined {
  if (text === undefined) return undefined;
  try {
    return parseAccessNeeds(text);
  } catch (error) {
    problems.push(`--granted is ignored: ${errorText(error)}`);
    return undefined;
  }
}

function shown(argument: string | undefined): string {
  return argument === undefined ? "(none)" : JSON.stringify(argument.slice(0, 100));
}
