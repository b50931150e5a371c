/**
 * Reads the configuration file, and says everything that is wrong with it at once.
 *
 * @module
 */

import { resolveChecked } from "../observe/resolve_checked.ts";
import { timingProblem } from "../../kube/leader_election/mod.ts";
import { type ControllerConfig, toConfig } from "./config.ts";
import { configFileSchema } from "./config_schema.ts";
import { issueProblem, type Path, type Problem, unknownKeyProblem } from "./problem.ts";
import { findUnknownKeys } from "./unknown_keys.ts";
import { parseYaml, type YamlSource } from "./yaml_source.ts";

/** A file with more problems is not a configuration. */
const PROBLEMS_TOLD_MAX = 20;

/** What loading needs. */
export interface LoadConfigDependencies {
  readonly readTextFile: (path: string) => Promise<string>;
}

/**
 * Loads the configuration.
 *
 * @throws {Error} If the file can't be read, or is no valid configuration; then the message lists every
 * problem with its line, its path, what was expected and what was found.
 */
export async function loadConfig(
  path: string,
  { readTextFile }: LoadConfigDependencies,
): Promise<ControllerConfig> {
  let text: string;
  try {
    text = await readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot read the configuration ${path}`, { cause });
  }
  return parseConfig(text, path);
}

/**
 * Parses the text of a configuration; `path` is for messages alone.
 *
 * @throws {Error} If it is no valid configuration.
 */
export function parseConfig(text: string, path: string): ControllerConfig {
  const yaml = parseYaml(text);
  if (yaml.kind === "malformed") throw refused(path, yaml.messages);
  const { source } = yaml;
  const value = source.value ?? {};
  const unknownKeys = findUnknownKeys(configFileSchema, value).map(unknownKeyProblem);
  const parsed = configFileSchema.safeParse(value);
  const issues = parsed.success
    ? [...contradictionsOf(parsed.data.defaults), ...electionProblems(toConfig(parsed.data))]
    : parsed.error.issues.map((issue) => issueProblem(issue, value));
  const problems = [...unknownKeys, ...issues];
  if (!parsed.success || problems.length > 0) throw refused(path, describe(problems, source));
  return toConfig(parsed.data);
}

/** Values that are sound by themselves and contradict each other or the built-in ones. */
function contradictionsOf(defaults: ControllerConfig["defaults"]): Problem[] {
  const resolution = resolveChecked({ chart: defaults });
  return resolution.kind === "invalid" ? [{ path: ["defaults"], message: resolution.message }] : [];
}

/** Times of an election that would not keep two from leading at once. */
function electionProblems({ leaderElection }: ControllerConfig): Problem[] {
  const message = timingProblem(leaderElection.timing);
  return message === undefined ? [] : [{ path: ["leaderElection"], message }];
}

function describe(problems: readonly Problem[], source: YamlSource): string[] {
  return problems
    .map(({ path, message }) => ({ line: source.lineOf(path), path, message }))
    .sort((left, right) => left.line - right.line)
    .map(({ line, path, message }) => `line ${line}: ${pathText(path)}${message}`);
}

/** `agent.listen.port: `, `watchNamespaces[2]: `; nothing for the file as a whole. */
function pathText(path: Path): string {
  const text = path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("");
  return text === "" ? "" : `${text.replace(/^\./, "")}: `;
}

function refused(path: string, messages: readonly string[]): Error {
  const told = messages.slice(0, PROBLEMS_TOLD_MAX);
  const more = messages.length - told.length;
  const lines = more === 0 ? told : [...told, `and ${more} more`];
  return new Error(`Cannot use the configuration ${path}:\n  ${lines.join("\n  ")}`);
}
