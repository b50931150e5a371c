/**
 * While no call fails, no work does.
 *
 * @module
 */

import type { LogLine } from "../../../kube/testing/recording_logger.ts";
import type { Violation } from "./violation.ts";

/** Judges what the manager logged while everything was well. */
export function judgeLog(lines: readonly LogLine[], nowMs: number): readonly Violation[] {
  return lines.filter(isFailure).map(({ message, fields }) => ({
    atMs: nowMs,
    promise: "no work fails while no call does",
    detail: `${message}: ${JSON.stringify(fields)}`,
  }));
}

/** How full a cluster is, is no failure of the manager's; watches of the storm may break after it. */
const HARMLESS: readonly string[] = ["the level of a cluster has changed", "A watch broke"];

function isFailure({ level, message, fields }: LogLine): boolean {
  if (level !== "warn") return level === "error";
  return !HARMLESS.includes(message) && !isBounded(fields);
}

/** A quota that was set while an operation went on has the last word. */
function isBounded(fields: LogLine["fields"]): boolean {
  return fields?.["reason"] === "ResizeRefused" && /exceeded quota/.test(String(fields["message"]));
}
