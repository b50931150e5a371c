/**
 * What keeps the history from working, and telling it when that changes.
 *
 * @module
 */

import type { Logger } from "../../../kube/logger.ts";

/** What was tried. */
export type Attempt = "write" | "read";

/** Knows what does not work. */
export interface Troubles {
  /** The last attempt of this kind failed, or has not come to an end in time. */
  failed(attempt: Attempt, message: string): void;
  /** A success of writing proves that the file can be read too. */
  succeeded(attempt: Attempt): void;
  /** Undefined while nothing is wrong. */
  message(): string | undefined;
}

/** Creates one that knows of none. A trouble is logged when it begins, changes and ends, not at every try. */
export function createTroubles(logger: Logger): Troubles {
  const messages = new Map<Attempt, string>();

  function message(): string | undefined {
    return messages.get("write") ?? messages.get("read");
  }

  function change(alter: () => void): void {
    const before = message();
    alter();
    const now = message();
    if (now === before) return;
    if (now === undefined) logger.info("the history is kept again");
    else logger.warn("the history is not kept", { reason: now });
  }

  return {
    failed: (attempt, text) => change(() => void messages.set(attempt, text)),
    succeeded: (attempt) =>
      change(() => {
        messages.delete("read");
        if (attempt === "write") messages.delete("write");
      }),
    message,
  };
}
