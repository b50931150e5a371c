/**
 * Reads the configuration file.
 *
 * @module
 */

import { checkConfig } from "./check_config.ts";
import type { ControllerConfig } from "./config.ts";

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
  const config = configOfJson(text);
  if (config !== undefined) return config;
  // The parser of YAML stays in memory for good: 2 to 5 MB that a file as the chart writes it does without.
  const { parseConfig } = await import("./parse_config.ts");
  return parseConfig(text, path);
}

/**
 * What a file in JSON says, indented by two spaces as Helm's `toPrettyJson` does. `undefined` where it is
 * anything else, or has a problem that is told with its line; a key that is there twice is one, and JSON's own
 * parser would pass over it, which is why the text is compared.
 */
function configOfJson(text: string): ControllerConfig | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (JSON.stringify(value, null, 2) !== text.trim()) return undefined;
  const checked = checkConfig(value);
  return checked.kind === "valid" ? checked.config : undefined;
}
