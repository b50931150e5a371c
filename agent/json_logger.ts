/**
 * Writes log lines as JSON, one object a line.
 *
 * @module
 */

import type { LogFields, Logger } from "../kube/logger.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** How important a line is. */
export type LogLevel = typeof LEVELS[number];

/** Fields with such a name hold secrets, whoever put them there. */
const SECRET_NAME = /token$|authorization|password|secret$/i;

/** A longer line is cut: it is one error that repeats a whole document. */
const VALUE_LENGTH_MAX = 4_096;

/** What {@link createJsonLogger} needs. */
export interface JsonLoggerOptions {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Takes a line without its end; must not throw. */
  readonly write: (line: string) => void;
  /** Lines below this level are dropped; asked for every line. */
  readonly level: () => LogLevel;
  /** Stands in every line. */
  readonly process: string;
}

/** Creates a Logger of JSON lines. */
export function createJsonLogger(options: JsonLoggerOptions): Logger {
  function writer(level: LogLevel): Logger["info"] {
    return function log(message: string, fields: LogFields = {}): void {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level())) return;
      const time = new Date(options.now()).toISOString();
      const line = { ...fields, time, level, process: options.process, message };
      options.write(JSON.stringify(line, printable));
    };
  }
  return {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
}

function printable(key: string, value: unknown): unknown {
  if (SECRET_NAME.test(key)) return "***";
  if (typeof value === "string") return value.slice(0, VALUE_LENGTH_MAX);
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
