/**
 * Parses a configuration in YAML, and says everything that is wrong with it at once.
 *
 * @module
 */

import { checkConfig } from "./check_config.ts";
import type { ControllerConfig } from "./config.ts";
import type { Path, Problem } from "./problem.ts";
import { parseYaml, type YamlSource } from "./yaml_source.ts";

/** A file with more problems is not a configuration. */
const PROBLEMS_TOLD_MAX = 20;

/**
 * Parses the text of a configuration; `path` is for messages alone.
 *
 * @throws {Error} If it is no valid configuration; the message lists every problem with its line, its path, what
 * was expected and what was found.
 */
export function parseConfig(text: string, path: string): ControllerConfig {
  const yaml = parseYaml(text);
  if (yaml.kind === "malformed") throw refused(path, yaml.messages);
  const { source } = yaml;
  const checked = checkConfig(source.value ?? {});
  if (checked.kind === "refused") throw refused(path, describe(checked.problems, source));
  return checked.config;
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
