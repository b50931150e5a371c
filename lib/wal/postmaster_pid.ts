/**
 * `postmaster.pid`: the lock file of a running server (PostgreSQL's `pidfile.h`).
 *
 * @module
 */

import { type Millis, millis } from "../units/millis.ts";

/** What is known of `postmaster.pid` in PGDATA. */
export type PostmasterPid =
  | { readonly kind: "absent" }
  | {
    readonly kind: "present";
    readonly pid: number;
    readonly dataDirectory: string;
    readonly startedAtMs: Millis;
    readonly port?: number | undefined;
    /** Empty where the server has none. */
    readonly socketDirectory?: string | undefined;
    /** `starting`, `ready`, `standby`, `stopping`; absent until the server has got that far. */
    readonly status?: string | undefined;
  }
  | { readonly kind: "unreadable"; readonly message: string };

const LINE = {
  pid: 0,
  dataDirectory: 1,
  start: 2,
  port: 3,
  socketDirectory: 4,
  status: 7,
} as const;

/** Reads the content of `postmaster.pid`; the lines after the third are added while the server starts. */
export function parsePostmasterPid(text: string): PostmasterPid {
  const lines = text.split("\n");
  const pid = wholeNumber(lines[LINE.pid]);
  const startSeconds = wholeNumber(lines[LINE.start]);
  const dataDirectory = lines[LINE.dataDirectory];
  if (pid === undefined || startSeconds === undefined || !dataDirectory?.startsWith("/")) {
    return {
      kind: "unreadable",
      message: "Cannot read postmaster.pid: expected a process, a directory and a start time",
    };
  }
  const status = lines[LINE.status]?.trim();
  return {
    kind: "present",
    pid,
    dataDirectory,
    startedAtMs: millis(startSeconds * 1000),
    port: wholeNumber(lines[LINE.port]),
    socketDirectory: lines[LINE.socketDirectory],
    status: status === "" ? undefined : status,
  };
}

function wholeNumber(line: string | undefined): number | undefined {
  // A standalone backend writes its process negated.
  const digits = /^-?(?<digits>\d{1,12})\s*$/.exec(line ?? "")?.groups?.["digits"];
  return digits === undefined ? undefined : Number(digits);
}
