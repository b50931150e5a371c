/**
 * A Logger that keeps what it was told.
 *
 * @module
 */

import type { LogFields, Logger } from "../logger.ts";

/** One recorded line. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A Logger whose lines a test can read. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
}

/** Creates a Logger that records every line. */
export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  function recorder(level: LogLine["level"]): Logger["info"] {
    return function record(message, fields = {}): void {
      lines.push({ level, message, fields });
    };
  }
  return {
    lines,
    debug: recorder("debug"),
    info: recorder("info"),
    warn: recorder("warn"),
    error: recorder("error"),
  };
}
