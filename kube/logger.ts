/**
 * The Logger port. Rooms log through it; only a process's `main.ts` decides where lines go.
 *
 * @module
 */

/** Structured fields of a log line. Secrets are wrapped in `Redacted` before they come here. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes log lines. A call never throws and never waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The text of whatever was thrown, for a log field or a message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
