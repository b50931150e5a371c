/**
 * The configuration in force. It is read again while the agent runs, so that a mended file heals it.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import type { ReadTextFile } from "../kube/connection.ts";
import { errorText, type Logger } from "../kube/logger.ts";
import { type AgentConfig, type Environment, parseConfig, type ParsedConfig } from "./config.ts";

/** A changed file takes effect within this time. */
export const RELOAD_MS = 30_000;

/** More text than this is no configuration of an agent. */
const FILE_LENGTH_MAX = 1_048_576;

/** Where the configuration comes from. */
export interface ConfigSource {
  /** Path of the YAML file; without one only the environment counts. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly readTextFile: ReadTextFile;
}

/** The configuration in force. */
export interface Settings {
  config(): AgentConfig;
  /** What is wrong with the configuration; empty when nothing is. */
  problems(): readonly string[];
  /** Reads the file again. Never rejects. */
  reload(): Promise<void>;
}

/**
 * Reads the configuration once. A file that cannot be read or is no YAML leaves `previous` in force:
 * kubelet swaps such files, and half a second without one must not cost the address of the controller.
 */
export async function readConfig(
  source: ConfigSource,
  previous?: AgentConfig,
): Promise<ParsedConfig> {
  if (source.file === undefined) return parseConfig(undefined, source.environment);
  try {
    return parseConfig(await readYaml(source.file, source.readTextFile), source.environment);
  } catch (error) {
    const problem = `The configuration file ${source.file} is not used: ${errorText(error)}`;
    const fallback = parseConfig(undefined, source.environment);
    return {
      config: previous ?? fallback.config,
      problems: [problem.slice(0, 500), ...fallback.problems],
    };
  }
}

/** Reads the configuration and gives the {@link Settings} that follow it. */
export async function createSettings(source: ConfigSource, logger: Logger): Promise<Settings> {
  let current: ParsedConfig | undefined;

  async function reload(): Promise<ParsedConfig> {
    const next = await readConfig(source, current?.config);
    const before = current?.problems.join("\n") ?? "";
    current = next;
    if (next.problems.join("\n") === before) return next;
    if (next.problems.length === 0) logger.info("The configuration is in order again");
    else logger.error("The agent is degraded", { problems: next.problems });
    return next;
  }

  const first = await reload();
  return {
    config: () => (current ?? first).config,
    problems: () => (current ?? first).problems,
    async reload(): Promise<void> {
      await reload();
    },
  };
}

/** Reloads `settings` every {@link RELOAD_MS} and calls back after each time, until `signal` is aborted. */
export async function keepReloading(
  settings: Settings,
  clock: Clock,
  onReloaded: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RELOAD_MS, signal).catch(() => {});
    if (signal.aborted) return;
    await settings.reload();
    onReloaded();
  }
}

async function readYaml(file: string, readTextFile: ReadTextFile): Promise<unknown> {
  const text = await readTextFile(file);
  if (text.length > FILE_LENGTH_MAX) {
    throw new RangeError(`expected at most ${FILE_LENGTH_MAX} characters, found ${text.length}`);
  }
  // Loaded only where there is a file: in a pod the environment says everything, and 8 MiB are saved.
  const { parseYaml } = await import("./parse_yaml.ts");
  return parseYaml(text);
}
