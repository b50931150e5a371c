/**
 * What `pg_archivecleanup -n` would remove, as names (`wal.md` §3).
 *
 * @module
 */

import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import type { ProgramOutcome } from "./ports.ts";

/** Output in messages is cut here. */
const SHOWN_MAX = 300;

/**
 * Reads what the program printed: one path a line, directly below the directory that it was given. Anything
 * else is not understood, and what is not understood is not acted on.
 */
export function readDryRun(outcome: ProgramOutcome, directory: string): Fact<readonly string[]> {
  const prefix = `${directory}/`;
  if (outcome.code !== 0) return unknown(`Cannot list the victims: ${describeOutcome(outcome)}`);
  const lines = outcome.stdout.split("\n").filter((line) => line !== "");
  const odd = lines.find((line) =>
    !line.startsWith(prefix) || line.slice(prefix.length).includes("/") || line === prefix
  );
  if (odd !== undefined) {
    return unknown(
      `Cannot list the victims: expected paths below ${prefix}, found ${odd.slice(0, SHOWN_MAX)}`,
    );
  }
  return known(lines.map((line) => line.slice(prefix.length)));
}

/** How a program ended, in words. */
export function describeOutcome({ code, stderr }: ProgramOutcome): string {
  const said = stderr.trim().slice(0, SHOWN_MAX);
  return `exit code ${code}${said === "" ? "" : `, ${said}`}`;
}
