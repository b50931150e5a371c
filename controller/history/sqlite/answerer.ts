/**
 * Answers what the thread of the file is asked, and helps itself where it can.
 *
 * @module
 */

import { failureMessage, failureOf } from "./failure.ts";
import type { Answer, Question } from "./messages.ts";
import type { Store } from "./store.ts";

/** What answering needs. */
export interface AnswererDependencies {
  /** Named in messages. */
  readonly path: string;
  /** Opens the file, or begins one. */
  readonly open: () => Store;
  /** Keeps a damaged file out of the way, and says where. */
  readonly setAside: () => string;
}

/**
 * Creates what answers. The file is opened when it is first needed, and after every error anew: a cause that is
 * gone needs no restart. A damaged one is set aside, and a new one begun.
 */
export function createAnswerer(
  { path, open, setAside }: AnswererDependencies,
): (question: Question) => Answer {
  let store: Store | undefined;

  function close(): void {
    const closing = store;
    store = undefined;
    closing?.close();
  }

  function attempt(question: Question): Answer {
    if (question.kind === "close") {
      close();
      return done();
    }
    store ??= open();
    if (question.kind === "read") return { ...done(), pasts: store.read(question) };
    store.write(question);
    return done();
  }

  function attemptOrClose(question: Question): Answer {
    try {
      return attempt(question);
    } catch (error) {
      try {
        close();
      } catch {
        // The first error says more than that of closing after it.
      }
      throw error;
    }
  }

  return (question) => {
    try {
      return attemptOrClose(question);
    } catch (error) {
      if (failureOf(error) !== "damaged") return failed(path, error);
      try {
        const note = `${failureMessage(path, error)}; it was set aside as ${setAside()}`;
        const answer = attemptOrClose(question);
        return { ...answer, notes: [note] };
      } catch (second) {
        return failed(path, second);
      }
    }
  };
}

function done(): Extract<Answer, { readonly kind: "done" }> {
  return { kind: "done", pasts: [], notes: [] };
}

function failed(path: string, error: unknown): Answer {
  return { kind: "failed", message: failureMessage(path, error), notes: [] };
}
