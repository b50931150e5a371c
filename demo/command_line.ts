/**
 * The command line of the demonstration.
 *
 * @module
 */

import { parseArgs } from "node:util";

import { errorText } from "../kube/logger.ts";

/** What is asked for. */
export interface CommandLine {
  /** End with the story. */
  readonly once: boolean;
  /** Print the result as JSON on stdout, and everything else on stderr. */
  readonly json: boolean;
  /** Absent: one is drawn. */
  readonly seed?: number | undefined;
  /** Absent: one cluster for each incident. */
  readonly clusters?: number | undefined;
  /** Seconds of the story for each real one. */
  readonly speed: number;
  /** Port of the API server; 0: any that is free. */
  readonly port: number;
}

/**
 * Ten seconds, the time limit of a request to the API server, are half a real second at this speed, which a
 * busy machine keeps; the whole story takes half a minute.
 */
export const DEFAULT_SPEED = 20;

const SEED_MAX = 2 ** 32 - 1;
const CLUSTERS_MAX = 100;
const SPEED_MAX = 120;
const PORT_MAX = 65_535;

/** What `--help` prints. */
export const USAGE = `Usage: deno task demo [OPTIONS]

PostgreSQL clusters run out of disk in a simulated Kubernetes, and the real manager looks after them.

  --once         end with the story: status 0 if every cluster ended as it should, else 1
  --json         print the result as JSON on stdout, everything else on stderr (with --once)
  --seed N       chance for the simulation, 0 to ${SEED_MAX} (drawn and told by default)
  --clusters N   number of clusters, 1 to ${CLUSTERS_MAX} (one for each incident by default)
  --speed N      seconds of the story for each real second, 1 to ${SPEED_MAX} (${DEFAULT_SPEED} by default)
  --port N       port of the API server on 127.0.0.1 (any that is free by default)
  --help         print this text
`;

/**
 * Reads the arguments.
 *
 * @throws {TypeError} If an option is unknown, lacks its value, or goes with none of the others.
 * @throws {RangeError} If a number is out of its bounds.
 */
export function parseCommandLine(args: readonly string[]): CommandLine | "help" {
  const { help, once = false, json = false, seed, clusters, speed, port } = parseOptions(args);
  if (help === true) return "help";
  if (json && !once) {
    throw new TypeError("Cannot start: --json prints how the story ended, so it needs --once");
  }
  return {
    once,
    json,
    seed: numberOf("seed", seed, 0, SEED_MAX),
    clusters: numberOf("clusters", clusters, 1, CLUSTERS_MAX),
    speed: numberOf("speed", speed, 1, SPEED_MAX) ?? DEFAULT_SPEED,
    port: numberOf("port", port, 0, PORT_MAX) ?? 0,
  };
}

type Options = Readonly<
  & Partial<Record<"help" | "once" | "json", boolean | undefined>>
  & Partial<Record<"seed" | "clusters" | "speed" | "port", string | undefined>>
>;

function parseOptions(args: readonly string[]): Options {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        once: { type: "boolean" },
        json: { type: "boolean" },
        seed: { type: "string" },
        clusters: { type: "string" },
        speed: { type: "string" },
        port: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new TypeError(
      `Cannot start: expected the options that --help tells, found: ${errorText(error)}`,
    );
  }
}

function numberOf(
  option: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  const problem = `expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`;
  throw new RangeError(`Cannot start: --${option}: ${problem}`);
}
