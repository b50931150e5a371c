/**
 * Questions to the thread of the file and their answers. The thread is started when it is asked and ends when it
 * is told to rest: a controller that does not lead has none, and any other has one for a moment of each minute.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import type { Answer, Answered, Asked, Question } from "./messages.ts";

/** A thread that runs. */
export interface HistoryWorker {
  ask(asked: Asked): void;
  /** Ends it without waiting for anything. */
  terminate(): void;
}

/** Is told what comes from a thread. */
export interface WorkerListener {
  answered(answered: Answered): void;
  died(message: string): void;
}

/**
 * Starts a thread. `isFileChecked`: an earlier one of this process has found the file whole, and closed it.
 *
 * @throws {Error} If there can be none.
 */
export type StartWorker = (listener: WorkerListener, isFileChecked: boolean) => HistoryWorker;

/** Asks the thread. */
export interface Conversation {
  /**
   * Resolves with the answer, however long that takes.
   *
   * @throws {Error} If the thread ends before, or cannot be started, or is not started again yet.
   */
  ask(question: Question): Promise<Answer>;
  /**
   * Closes the file and ends the thread, unless somebody else waits for it by then; the next question starts
   * another. Resolves at once where none runs.
   *
   * @throws {Error} As {@link Conversation.ask}.
   */
  rest(): Promise<void>;
  /** Ends the thread; what was not answered rejects, and so does what is asked from then on. */
  end(): void;
}

/** A thread that ends at once again and again costs a processor: it is started anew ever more rarely. */
const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 5 * 60_000;

/** Questions on their way, by their numbers. */
interface Unanswered {
  /** A new number, and what becomes of its question. */
  next(): { readonly id: number; readonly answered: Promise<Answer> };
  answer(answered: Answered): void;
  rejectAll(message: string): void;
  isEmpty(): boolean;
}

function createUnanswered(): Unanswered {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let asked = 0;
  return {
    next(): { id: number; answered: Promise<Answer> } {
      const id = asked++;
      const settling = Promise.withResolvers<Answer>();
      waiting.set(id, settling);
      return { id, answered: settling.promise };
    },
    answer({ id, answer }): void {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    },
    rejectAll(message): void {
      const lost = [...waiting.values()];
      waiting.clear();
      for (const { reject } of lost) reject(new Error(message));
    },
    isEmpty: () => waiting.size === 0,
  };
}

/** Creates a conversation; nothing runs before the first question. */
export function createConversation(
  start: StartWorker,
  clock: Pick<Clock, "monotonic">,
): Conversation {
  const unanswered = createUnanswered();
  let worker: HistoryWorker | undefined;
  let deaths = 0;
  let startableAtMs = 0;
  let hasEnded = false;
  let isFileChecked = false;

  function lose(message: string): void {
    worker = undefined;
    isFileChecked = false;
    deaths++;
    startableAtMs = clock.monotonic() +
      Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** (deaths - 1));
    unanswered.rejectAll(message);
  }

  /** Each thread is listened to on its own: what one that was lost still says is nobody's answer. */
  function startWorker(): HistoryWorker {
    if (hasEnded) throw new Error("Cannot ask the history: it is closed");
    if (clock.monotonic() < startableAtMs) {
      throw new Error("Cannot ask the history: its thread ended and is started again in a while");
    }
    const started: HistoryWorker = start({
      answered(answered): void {
        if (worker !== started) return;
        deaths = 0;
        unanswered.answer(answered);
      },
      died(message): void {
        if (worker === started) lose(`Cannot ask the history: its thread ended: ${message}`);
      },
    }, isFileChecked);
    return started;
  }

  function ask(question: Question): Promise<Answer> {
    try {
      worker ??= startWorker();
    } catch (error) {
      return Promise.reject(error);
    }
    const { id, answered } = unanswered.next();
    worker.ask({ id, question });
    return answered;
  }

  return {
    ask,
    async rest(): Promise<void> {
      const resting = worker;
      if (resting === undefined) return;
      const { kind } = await ask({ kind: "close" });
      if (worker !== resting || !unanswered.isEmpty()) return;
      worker.terminate();
      worker = undefined;
      isFileChecked = kind === "done";
    },
    end(): void {
      hasEnded = true;
      worker?.terminate();
      worker = undefined;
      unanswered.rejectAll("Cannot ask the history: it is closed");
    },
  };
}
