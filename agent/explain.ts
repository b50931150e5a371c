/**
 * `agent explain`: tells by hand what the agent sees of an instance's WAL, and what it would do.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import { errorText } from "../kube/logger.ts";
import { parsePostmasterPid } from "../lib/wal/postmaster_pid.ts";
import {
  EXPLAIN_USAGE,
  type ExplainArguments,
  parseExplainArguments,
} from "./explain_arguments.ts";
import { explainText } from "./explain_text.ts";
import type { VolumeProbe } from "./measure.ts";
import type { Database } from "./wal/database.ts";
import { textOf, type WalFiles } from "./wal/files.ts";
import type { WalLook } from "./wal/look.ts";
import { createWalObserver } from "./wal/observer.ts";
import type { Operator } from "./wal/operator.ts";
import { believed } from "./wal/read_control_file.ts";

/** Where a server listens that says nothing else: in CloudNativePG's pods (`cnpg.md` §3.5). */
export const DEFAULT_SOCKET_DIRECTORY = "/controller/run";

/** PostgreSQL's own port, which is a part of the socket's name. */
export const DEFAULT_PORT = 5432;

/** Statuses to end with. */
export const EXPLAIN_STATUS = { known: 0, noDirectory: 1, usage: 2, unknown: 3 } as const;

/** Where the server listens. */
export interface SocketPlace {
  readonly directory: string;
  readonly port: number;
}

/** What {@link explain} needs. */
export interface ExplainPorts {
  readonly clock: Clock;
  readonly files: WalFiles;
  readonly probe: VolumeProbe;
  readonly openDatabase: (place: SocketPlace) => Database;
  readonly openOperator: (url: string) => Operator;
  /** `POD_NAME`, where it is set. */
  readonly podName?: string | undefined;
}

/** What is printed, and the status to end with. */
export interface ExplainResult {
  readonly status: number;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
}

/** Explains as the arguments after `explain` ask. Never rejects. */
export async function explain(
  args: readonly string[],
  ports: ExplainPorts,
): Promise<ExplainResult> {
  const request = parseExplainArguments(args);
  switch (request.kind) {
    case "help":
      return { status: EXPLAIN_STATUS.known, output: EXPLAIN_USAGE };
    case "problem":
      return {
        status: EXPLAIN_STATUS.usage,
        error: `Cannot explain: ${request.message}\n\n${EXPLAIN_USAGE}`,
      };
    case "explain":
      return await explainInstance(request.arguments, ports);
  }
}

async function explainInstance(
  options: ExplainArguments,
  ports: ExplainPorts,
): Promise<ExplainResult> {
  try {
    const pgdata = await absolutePath(options.pgdata, ports.files);
    return resultOf(await lookTwice(pgdata, options, ports), options);
  } catch (error) {
    return { status: EXPLAIN_STATUS.noDirectory, error: `Cannot explain: ${errorText(error)}\n` };
  }
}

async function absolutePath(pgdata: string, files: WalFiles): Promise<string> {
  const path = await files.realPath(pgdata);
  if (path === undefined) throw new Error(`expected a data directory at ${pgdata}, found nothing`);
  return path;
}

/** The second look knows rates, and that nothing was exchanged meanwhile. */
async function lookTwice(
  pgdata: string,
  options: ExplainArguments,
  ports: ExplainPorts,
): Promise<WalLook> {
  const { clock, files, probe } = ports;
  const operator = options.operator === "none" ? undefined : ports.openOperator(options.operator);
  const database = ports.openDatabase(await socketPlace(pgdata, options, files));
  const observer = createWalObserver(
    { clock, files, probe, operator, database },
    {
      pgdata,
      instance: options.instance ?? ports.podName,
      roles: options.user === undefined ? undefined : [options.user],
    },
  );
  const first = await observer.look();
  if (options.intervalMs === 0) return first;
  await clock.sleep(options.intervalMs);
  return await observer.look();
}

async function socketPlace(
  pgdata: string,
  { socket, port }: ExplainArguments,
  files: WalFiles,
): Promise<SocketPlace> {
  const text = await textOf(files, `${pgdata}/postmaster.pid`);
  const lockFile = text === undefined ? undefined : parsePostmasterPid(text);
  const told = lockFile?.kind === "present" ? lockFile : undefined;
  return {
    directory: socket ?? (told?.socketDirectory || DEFAULT_SOCKET_DIRECTORY),
    port: port ?? told?.port ?? DEFAULT_PORT,
  };
}

function resultOf({ evidence, picture }: WalLook, { output }: ExplainArguments): ExplainResult {
  if (evidence.dataDirectory.kind === "unknown") {
    return { status: EXPLAIN_STATUS.noDirectory, error: `${evidence.dataDirectory.message}\n` };
  }
  const isKnown = evidence.server.kind === "known" && believed(evidence.control) !== undefined;
  return {
    status: isKnown ? EXPLAIN_STATUS.known : EXPLAIN_STATUS.unknown,
    output: output === "json" ? `${JSON.stringify(picture, undefined, 2)}\n` : explainText(picture),
  };
}
