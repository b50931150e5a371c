/**
 * The Logger of the controller's process: one line per record, without secrets.
 *
 * @module
 */

import {
  configureSync,
  getJsonLinesFormatter,
  getLogfmtFormatter,
  getLogger,
  type LogLevel as LibraryLevel,
  type Sink,
} from "@logtape/logtape";

import type { Clock } from "../../kube/clock.ts";
import type { LogFields, Logger } from "../../kube/logger.ts";
import { redactFields, redactText } from "./redact_fields.ts";

/** Least level that is written (PRD `controller.logLevel`). */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** How a line looks: JSON, or `key=value` pairs (PRD `controller.logFormat`). */
export type LogFormat = "json" | "text";

/** What the logger needs. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly clock: Pick<Clock, "now">;
  /** Takes one line, its line break included. What it throws is swallowed: a full disk stops no work. */
  readonly write: (line: string) => void;
}

const CATEGORY = "cnpg-storage-manager";

const LIBRARY_LEVELS: Readonly<Record<LogLevel, LibraryLevel>> = {
  debug: "debug",
  info: "info",
  warn: "warning",
  error: "error",
};

/** Keys that the formats use for themselves; a field of that name gets an underscore. */
const RESERVED_KEYS = new Set(["@timestamp", "time", "level", "logger", "message", "msg"]);

/**
 * Configures the logging library and creates the Logger. A process does this once; doing it again replaces
 * what was before, also for Loggers created then.
 */
export function createLogger(options: LoggerOptions): Logger {
  const lowestLevel = LIBRARY_LEVELS[options.level];
  configureSync({
    reset: true,
    sinks: { lines: createLineSink(options) },
    loggers: [
      { category: CATEGORY, lowestLevel, sinks: ["lines"] },
      // The library's own words: only those about trouble, on the same way.
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  const logger = getLogger(CATEGORY);
  function emitter(level: LibraryLevel): Logger["info"] {
    return function emit(message: string, fields: LogFields = {}): void {
      if (!logger.isEnabledFor(level)) return;
      const text = redactText(message);
      // Not logger.info(): that would read braces in a message as placeholders.
      logger.emit({
        level,
        message: [text],
        rawMessage: text,
        timestamp: options.clock.now(),
        properties: withoutReservedKeys(redactFields(fields)),
      });
    };
  }
  return {
    debug: emitter("debug"),
    info: emitter("info"),
    warn: emitter("warning"),
    error: emitter("error"),
  };
}

function createLineSink(options: LoggerOptions): Sink {
  const format = options.format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getLogfmtFormatter();
  return function writeLine(record): void {
    try {
      options.write(format(record));
    } catch {
      // There is no other place to say it.
    }
  };
}

function withoutReservedKeys(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [RESERVED_KEYS.has(key) ? `${key}_` : key, value]),
  );
}
