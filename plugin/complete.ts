/**
 * Completion for shells, in the form that kubectl expects of `kubectl_complete-cnpg_storage`.
 *
 * @module
 */

import type { ConnectionFlags } from "./connect/connection_flags.ts";
import { createProgram, parseArguments } from "./parse_arguments.ts";
import type { PluginPorts } from "./ports.ts";
import { readStorageList } from "./read/read_list.ts";
import { OUTPUT_FORMS } from "./request.ts";

/** Tells the shell that there is nothing to complete but what is listed: no files (cobra's ShellCompDirective). */
const NO_FILES = ":4";

/** Somebody has pressed a key and waits. */
const COMPLETION_LIMIT_MS = 3_000;

/** One candidate a line, then the directive. Whatever goes wrong, there are only fewer candidates. */
export async function completeWords(
  words: readonly string[],
  ports: PluginPorts,
): Promise<string> {
  const current = words.at(-1) ?? "";
  const candidates = await candidatesFor(words.slice(0, -1), current, ports);
  const fitting = candidates.filter((candidate) => candidate.startsWith(current));
  return [...fitting, NO_FILES, ""].join("\n");
}

async function candidatesFor(
  before: readonly string[],
  current: string,
  ports: PluginPorts,
): Promise<readonly string[]> {
  const commands = createProgram(() => {}).commands;
  const command = commands.find((known) => before.includes(known.name()));
  const previous = before.at(-1) ?? "";
  if (previous === "-o" || previous === "--output") return OUTPUT_FORMS;
  if (command === undefined) return commands.map((known) => known.name());
  if (current.startsWith("-")) {
    return command.options.flatMap(({ long, short }) => [long, short].filter(isText));
  }
  const takesValue = command.options.some(({ long, short, required }) =>
    required && (long === previous || short === previous)
  );
  if (takesValue || command.registeredArguments.length === 0) return [];
  return await clusterNames(before, ports);
}

/** With the flags that have been written so far. A cluster that is named already needs no other. */
async function clusterNames(
  before: readonly string[],
  ports: PluginPorts,
): Promise<readonly string[]> {
  const request = parseArguments(["status", ...before.filter((word) => !isCommand(word))]);
  if (request.kind !== "status" || request.cluster !== undefined) return [];
  return await listNames(request.options.connection, ports).catch(() => []);
}

function isCommand(word: string): boolean {
  return word === "status" || word === "explain";
}

async function listNames(flags: ConnectionFlags, ports: PluginPorts): Promise<string[]> {
  const { api, namespace, close } = await ports.openApi(flags);
  try {
    const limits = { deadlineMs: COMPLETION_LIMIT_MS };
    const { storages } = await readStorageList(api, { namespace }, limits);
    return storages.map(({ name }) => name);
  } finally {
    close();
  }
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
