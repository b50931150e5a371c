/**
 * The Database port: SQL to the server of this pod, over its unix socket.
 *
 * @module
 */

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection that was opened for one look. */
export interface DatabaseSession {
  /** Runs one statement that only reads; rejects where the server refuses it or time is up. */
  rows(statement: string): Promise<readonly Row[]>;
  /** Ends the connection. Never rejects and never waits for the server. */
  close(): void;
}

/** Why there is no connection. */
export type NoSession =
  /** There is no socket. */
  | "noSocket"
  /** The socket is left over: no process listens on it. */
  | "notListening"
  /** A server is there and starts, stops or recovers (SQLSTATE 57P03). */
  | "notAccepting"
  /** A server is there and does not let this role in (SQLSTATE class 28). */
  | "roleRefused"
  /** A server is there and refuses for another reason, such as too many connections. */
  | "refused"
  /** No answer: a missing permission, or time was up. */
  | "failed";

/** What came of opening a connection. */
export type OpenOutcome =
  | { readonly kind: "open"; readonly session: DatabaseSession }
  | { readonly kind: "none"; readonly reason: NoSession; readonly message: string };

/** Opens connections. */
export interface Database {
  /** Connects as `role`; gives up when `deadline` is aborted, which also ends the session. Never rejects. */
  open(role: string, deadline: AbortSignal): Promise<OpenOutcome>;
}
