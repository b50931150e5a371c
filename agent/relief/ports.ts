/**
 * What the hands that relieve WAL are given: eyes, a clock, PostgreSQL's own programs and its directory.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import type { WalRefusal } from "../../lib/wal/reasons.ts";
import type { FileLook } from "../../lib/wal/removal.ts";

/**
 * Looks at the instance anew: a look that was under way before the call does not count. Never rejects but when `signal` is aborted: what could not be found out is an
 * unknown fact. An action of the one who asks does not count as one in flight.
 */
export type Look = (signal: AbortSignal) => Promise<WalEvidence>;

/** How a program ended. */
export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one program with arguments to its end, and ends it when `signal` is aborted.
 *
 * Rejects if it cannot be started or was ended; any exit code is an outcome.
 */
export type RunProgram = (
  args: readonly string[],
  signal: AbortSignal,
) => Promise<ProgramOutcome>;

/** pg_wal, as far as a removal touches it. */
export interface WalDirectory {
  /** Absolute and without links: in CNPG pg_wal is a link to another volume. */
  readonly path: string;
  /** The names in it; no file is looked at. */
  names(): Promise<readonly string[]>;
  /** The names in its `archive_status`. */
  statusNames(): Promise<readonly string[]>;
  /** What lstat(2) says of a file; undefined where there is none. */
  look(name: string): Promise<FileLook | undefined>;
  /** Removes `archive_status/<segmentName>.done`, if there is one. There is no way to remove a `.ready`. */
  removeDoneOf(segmentName: string): Promise<void>;
}

/** What every hand needs. */
export interface Eyes {
  readonly look: Look;
  readonly clock: Clock;
}

/** What a removal needs. */
export interface CleanupHands extends Eyes {
  readonly directory: WalDirectory;
  /** The server's own `pg_archivecleanup`, in the locale C. */
  readonly archiveCleanup: RunProgram;
  /** What is asked in the last moment before the program runs, besides all else. */
  readonly lastCheck?: ((signal: AbortSignal) => Promise<WalRefusal | undefined>) | undefined;
}
