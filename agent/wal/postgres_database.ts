/**
 * The Database port on the library postgres, which is loaded when the first connection is opened.
 *
 * Adapter: connects to a unix socket. The runtime has to allow reading and writing the socket's path, the
 * network address `unix:<path>`, and the variables {@link LIBRARY_ENVIRONMENT_NAMES}.
 *
 * @module
 */

import { createConnection, type Socket } from "node:net";
import type { Options, PostgresType } from "postgres";
import { raceAbort } from "../../kube/abort.ts";
import { errorText } from "../../kube/logger.ts";
import type { Database, DatabaseSession, NoSession, OpenOutcome, Row } from "./database.ts";

/** How the agent shows in `pg_stat_activity` and in the server's log. */
export const APPLICATION_NAME = "cnpg-storage-agent";

/** Each statement reads some rows of shared memory, in milliseconds; a slow one is ended by the server. */
export const STATEMENT_LIMIT_MS = 2_000;

/** The library asks for these whatever options it is given. */
export const LIBRARY_ENVIRONMENT_NAMES = ["PGAPPNAME", "PGTARGETSESSIONATTRS"] as const;

/** Where the server listens. */
export interface SocketAddress {
  /** Directory of the socket: `/controller/run` in a pod (`cnpg.md` §3.5). */
  readonly directory: string;
  readonly port: number;
  readonly database: string;
}

/** The library's options, and those that its types do not know. */
type ClientOptions = Options<Record<string, PostgresType>> & {
  readonly sslnegotiation: null;
  readonly max_pipeline: number;
  readonly socket: () => Socket;
};

/** The path of the socket in its directory. */
export function socketPath({ directory, port }: SocketAddress): string {
  return `${directory}/.s.PGSQL.${port}`;
}

/** A {@link Database} at a socket. Each look has a connection of its own: an idle one delays a smart shutdown. */
export function createPostgresDatabase(address: SocketAddress): Database {
  return {
    async open(role: string, deadline: AbortSignal): Promise<OpenOutcome> {
      try {
        const socket = await connect(socketPath(address), deadline);
        const session = await startSession(socket, role, address, deadline);
        return { kind: "open", session };
      } catch (error) {
        const message = `Cannot connect to ${socketPath(address)} as ${role}: ${errorText(error)}`;
        return { kind: "none", reason: reasonOf(error), message };
      }
    },
  };
}

/** Connects by itself: in the library an error at this point would end the process. */
function connect(path: string, deadline: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    deadline.throwIfAborted();
    const socket = createConnection({ path });
    deadline.addEventListener("abort", () => socket.destroy(abortError(deadline)), { once: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

async function startSession(
  socket: Socket,
  role: string,
  address: SocketAddress,
  deadline: AbortSignal,
): Promise<DatabaseSession> {
  const { default: postgres } = await import("postgres");
  const sql = postgres(clientOptions(role, address, onlyOnce(socket)));
  function close(): void {
    sql.end({ timeout: 0 }).catch(() => {}).finally(() => socket.destroy());
  }
  async function rows(statement: string): Promise<readonly Row[]> {
    deadline.throwIfAborted();
    return [...await raceAbort(sql.unsafe(statement), deadline)];
  }
  try {
    // The library connects with the first statement; the answer says whether the role is let in.
    await rows("SELECT 1");
  } catch (error) {
    close();
    throw error;
  }
  return { rows, close };
}

/** Where the server hangs up, the library would connect again, with what it was given first. */
function onlyOnce(socket: Socket): () => Socket {
  let isTaken = false;
  return () => {
    if (isTaken) throw new Error("the server has closed the connection");
    isTaken = true;
    return socket;
  };
}

/** Every option that there is a variable for is named, or the library would ask for the variable. */
function clientOptions(
  role: string,
  { database, directory, port }: SocketAddress,
  socket: () => Socket,
): ClientOptions {
  return {
    host: directory,
    port,
    user: role,
    pass: () => "",
    database,
    socket,
    max: 1,
    max_pipeline: 1,
    prepare: false,
    fetch_types: false,
    ssl: false,
    sslnegotiation: null,
    target_session_attrs: undefined,
    publications: "",
    debug: false,
    backoff: false,
    idle_timeout: 0,
    connect_timeout: 0,
    max_lifetime: null,
    keep_alive: null,
    onnotice: () => {},
    connection: {
      application_name: APPLICATION_NAME,
      // Nothing that somebody put into another schema is called by mistake.
      search_path: "pg_catalog",
      default_transaction_read_only: true,
      statement_timeout: STATEMENT_LIMIT_MS,
      lock_timeout: STATEMENT_LIMIT_MS,
    },
  };
}

function reasonOf(error: unknown): NoSession {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return "noSocket";
  if (code === "ECONNREFUSED") return "notListening";
  if (code === "57P03") return "notAccepting";
  if (/^28[0-9A-Z]{3}$/.test(code)) return "roleRefused";
  return /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code) ? "refused" : "failed";
}

function abortError(deadline: AbortSignal): Error {
  return deadline.reason instanceof Error ? deadline.reason : new Error(String(deadline.reason));
}
