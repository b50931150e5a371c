/**
 * Signal files in PGDATA: what the server will be when it starts (PostgreSQL's `xlogrecovery.c`).
 *
 * @module
 */

/**
 * The part that an instance plays: `recovering` is a restore up to a target, after which it is promoted.
 * Both files at once make a standby, as PostgreSQL has it.
 */
export type ServerRole = "primary" | "standby" | "recovering";

/** The role that the names in PGDATA give a server that is down. */
export function roleOfSignals(names: ReadonlySet<string>): ServerRole {
  if (names.has("standby.signal")) return "standby";
  return names.has("recovery.signal") ? "recovering" : "primary";
}
