/**
 * Reads the command line.
 *
 * @module
 */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

import { OUTPUT_FORMS, type OutputForm, type ReadOptions, type Request } from "./request.ts";
import { parseTimeoutMs, TIMEOUT_MS } from "./timeout.ts";

/** How the plugin is called, in usage and messages. */
export const PROGRAM_NAME = "kubectl cnpg-storage";

/** The hidden command behind `kubectl_complete-cnpg_storage`. */
export const COMPLETE_COMMAND = "__complete";

/** Whoever writes `--token=…`, which kubectl knows and the plugin does not, must not find it in a log. */
const UNKNOWN_OPTION = /(unknown option '[^=']+)=[^']*'/;

/** Fits every terminal, and is the same in all of them. */
const HELP_WIDTH = 80;

/** Options as commander hands them over. */
interface ParsedOptions {
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly requestTimeout: number;
  readonly output: OutputForm;
  readonly headers: boolean;
  readonly color: boolean;
}

/** Understands arguments, or makes the text that says what is wrong with them. Never throws. */
export function parseArguments(args: readonly string[]): Request {
  if (args[0] === COMPLETE_COMMAND) return { kind: "complete", words: args.slice(1) };
  let request: Request | undefined;
  let text = "";
  const program = createProgram((made) => {
    request = made;
  });
  const write = (part: string): void => {
    text += part;
  };
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: write,
      writeErr: (part) => write(part.replace(UNKNOWN_OPTION, "$1'")),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  }
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Without a command commander ends as if something had failed; kubectl shows its help and is content.
    const failed = error.exitCode !== 0 && error.code !== "commander.help";
    return { kind: "usage", text, failed };
  }
  return request ?? { kind: "usage", text: program.helpInformation(), failed: false };
}

/** The commands and their options; `tell` learns which one was asked for. */
export function createProgram(tell: (request: Request) => void): Command {
  const program = new Command(PROGRAM_NAME)
    .description("Shows the storage of CloudNativePG clusters, and why it is as it is.")
    .helpCommand(false)
    .helpOption("-h, --help", "show this text")
    .showHelpAfterError(`See '${PROGRAM_NAME} --help' for usage.`);
  withReadOptions(
    program.command("status").description(
      "Show how full clusters are, the most pressing one first; with CLUSTER, everything about it.",
    ).argument("[CLUSTER]", "name of a Cluster"),
  ).action((cluster: string | undefined, options: ParsedOptions) =>
    tell({ kind: "status", cluster, options: readOptions(options) })
  );
  withReadOptions(
    program.command("explain").description(
      "Say in sentences what is done about a cluster's storage, or why nothing is, and what would change that.",
    ).argument("<CLUSTER>", "name of a Cluster"),
  ).action((cluster: string, options: ParsedOptions) =>
    tell({ kind: "explain", cluster, options: readOptions(options) })
  );
  program.command("version").description("Show the version of this plugin.")
    .helpOption("-h, --help", "show this text")
    .addOption(outputOption())
    .action(({ output }: ParsedOptions) => tell({ kind: "version", form: output }));
  return program;
}

function withReadOptions(command: Command): Command {
  return command
    .helpOption("-h, --help", "show this text")
    .showHelpAfterError(`See '${PROGRAM_NAME} ${command.name()} --help' for usage.`)
    .option("-n, --namespace <name>", "namespace (default: the context's)")
    .option("-A, --all-namespaces", "clusters of all namespaces")
    .addOption(outputOption())
    .option("--no-headers", "leave out the headings of tables")
    .option("--no-color", "no colours; so do NO_COLOR and output that is no terminal")
    .option("--kubeconfig <file>", "kubeconfig to use instead of KUBECONFIG and ~/.kube/config")
    .option("--context <name>", "context of the kubeconfig to use")
    .option("--cluster <name>", "cluster of the kubeconfig to use")
    .option("--user <name>", "user of the kubeconfig to use")
    .option("--as <user>", "user to impersonate")
    .option("--as-group <group>", "group to impersonate; may be repeated", collect)
    .addOption(
      new Option("--request-timeout <time>", "longest wait, such as 5s or 1m; 0: no limit")
        .default(TIMEOUT_MS, "30s").argParser(timeoutArgument),
    );
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...previous ?? [], value];
}

function outputOption(): Option {
  return new Option("-o, --output <form>", "form of the output").choices(OUTPUT_FORMS)
    .default("table");
}

function timeoutArgument(text: string): number {
  const timeoutMs = parseTimeoutMs(text);
  if (timeoutMs === undefined) throw new InvalidArgumentError("Expected a time such as 5s or 1m.");
  return timeoutMs;
}

function readOptions(parsed: ParsedOptions): ReadOptions {
  const { namespace, kubeconfig, context, cluster, user, as, asGroup } = parsed;
  return {
    connection: { namespace, kubeconfig, context, cluster, user, as, asGroup },
    allNamespaces: parsed.allNamespaces ?? false,
    form: parsed.output,
    headings: parsed.headers,
    colour: parsed.color,
    timeoutMs: parsed.requestTimeout,
  };
}
