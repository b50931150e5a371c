/**
 * The arguments of `agent explain`.
 *
 * Unlike the commands of the sidecar it is run by people: what is not understood ends it.
 *
 * @module
 */

import { CLUSTER_URL } from "./wal/local_operator.ts";
import { DATA_MOUNT_PATH } from "./volume.ts";

/** The data directory of CloudNativePG's pods (`cnpg.md` §3.1). */
export const DEFAULT_PGDATA = `${DATA_MOUNT_PATH}/pgdata`;

/** Looks are this far apart unless told otherwise. */
const DEFAULT_INTERVAL_MS = 1_000;

/** Longer than this nobody waits at a terminal. */
const INTERVAL_MS_MAX = 60_000;

const PORT_MAX = 65_535;

/** What is explained, and how it is printed. */
export interface ExplainArguments {
  readonly pgdata: string;
  /** Directory of the socket; as `postmaster.pid` says where absent. */
  readonly socket?: string | undefined;
  readonly port?: number | undefined;
  /** The role to ask as; CloudNativePG's two where absent. */
  readonly user?: string | undefined;
  readonly instance?: string | undefined;
  /** Where the operator is asked; `none` where there is no operator. */
  readonly operator: string;
  /** Between two looks, which rates need; 0 for one look alone. */
  readonly intervalMs: number;
  readonly output: "text" | "json";
}

/** Arguments that were understood, or what was wrong with them. */
export type ExplainRequest =
  | { readonly kind: "explain"; readonly arguments: ExplainArguments }
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly message: string };

/** What `explain --help` prints. */
export const EXPLAIN_USAGE = `Usage: agent explain [options]

Tells what holds the WAL of a PostgreSQL instance, up or down. Changes nothing.

  --pgdata DIR        the data directory (default ${DEFAULT_PGDATA})
  --socket DIR        directory of the server's socket (default: as postmaster.pid says)
  --port NUMBER       port in the socket's name (default: as postmaster.pid says, else 5432)
  --user ROLE         role to ask as (default: cnpg_metrics_exporter, else postgres)
  --instance NAME     name of the pod (default: POD_NAME)
  --operator URL      where CloudNativePG tells of the cluster, or none (default ${CLUSTER_URL})
  --interval SECONDS  between two looks, 0 for one look without rates (default 1)
  -o, --output KIND   text or json (default text)

Ends with 0 when the state of the server and its pg_control are known, 3 when either is not,
1 when there is no data directory to look at, and 2 when an argument is wrong.
`;

const OPTIONS = new Set([
  "pgdata",
  "socket",
  "port",
  "user",
  "instance",
  "operator",
  "interval",
  "output",
]);

/** Reads the arguments after `explain`. */
export function parseExplainArguments(args: readonly string[]): ExplainRequest {
  const values = new Map<string, string>();
  const rest = [...args];
  while (rest.length > 0) {
    const argument = rest.shift() ?? "";
    if (argument === "--help" || argument === "-h") return { kind: "help" };
    const [, name, inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(longForm(argument)) ?? [];
    if (name === undefined || !OPTIONS.has(name)) {
      return problem(`expected an option, found ${JSON.stringify(argument.slice(0, 100))}`);
    }
    const value = inline ?? rest.shift();
    if (value === undefined || value === "") return problem(`--${name} has no value`);
    values.set(name, value);
  }
  return interpret(values);
}

function longForm(argument: string): string {
  return argument === "-o" ? "--output" : argument;
}

function interpret(values: ReadonlyMap<string, string>): ExplainRequest {
  const output = values.get("output") ?? "text";
  if (output !== "text" && output !== "json") {
    return problem(`--output: expected text or json, found ${output}`);
  }
  const seconds = numberOf(values.get("interval"));
  const intervalMs = seconds === undefined ? DEFAULT_INTERVAL_MS : seconds * 1000;
  if (!(intervalMs >= 0 && intervalMs <= INTERVAL_MS_MAX)) {
    return problem(`--interval: expected 0 to 60 seconds, found ${values.get("interval")}`);
  }
  const port = numberOf(values.get("port"));
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= PORT_MAX)) {
    return problem(`--port: expected 1 to ${PORT_MAX}, found ${values.get("port")}`);
  }
  const operator = values.get("operator") ?? CLUSTER_URL;
  if (operator !== "none" && !URL.canParse(operator)) {
    return problem(`--operator: expected a URL or none, found ${operator}`);
  }
  return {
    kind: "explain",
    arguments: {
      pgdata: values.get("pgdata") ?? DEFAULT_PGDATA,
      socket: values.get("socket"),
      port,
      user: values.get("user"),
      instance: values.get("instance"),
      operator,
      intervalMs,
      output,
    },
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function problem(message: string): ExplainRequest {
  return { kind: "problem", message };
}
