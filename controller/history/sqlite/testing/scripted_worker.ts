/**
 * A thread of the file that answers as a test says.
 *
 * @module
 */

import type { HistoryWorker, StartWorker, WorkerListener } from "../conversation.ts";
import type { Answer, Asked, Question } from "../messages.ts";

/** Answers at once; undefined leaves the question open. */
export type Script = (question: Question) => Answer | undefined;

/** What a test sees of the threads that were started. */
export interface ScriptedWorkers {
  readonly start: StartWorker;
  /** What was asked, of all threads. */
  readonly questions: Question[];
  /** What the next questions are answered with. */
  script: Script;
  readonly started: () => number;
  /** Of each thread, whether it was told that the file is whole. */
  readonly checked: readonly boolean[];
  readonly terminated: () => number;
  /** Answers the oldest open question. */
  answer(answer: Answer): void;
  /** Ends the thread that runs. */
  die(message: string): void;
}

/** It was done. */
export const DONE: Answer = { kind: "done", pasts: [], notes: [] };

/** Threads that answer {@link DONE} to everything. */
export function scriptedWorkers(): ScriptedWorkers {
  const questions: Question[] = [];
  const open: Asked[] = [];
  let listener: WorkerListener | undefined;
  const checked: boolean[] = [];
  let terminated = 0;
  const workers: ScriptedWorkers = {
    questions,
    script: () => DONE,
    started: () => checked.length,
    checked,
    terminated: () => terminated,
    start(listening, isFileChecked): HistoryWorker {
      checked.push(isFileChecked);
      listener = listening;
      return {
        ask(asked): void {
          questions.push(asked.question);
          const answer = workers.script(asked.question);
          if (answer === undefined) open.push(asked);
          else queueMicrotask(() => listening.answered({ id: asked.id, answer }));
        },
        terminate: () => void terminated++,
      };
    },
    answer(answer): void {
      const asked = open.shift();
      if (asked === undefined) throw new Error("Cannot answer: nothing was asked");
      listener?.answered({ id: asked.id, answer });
    },
    die(message): void {
      open.length = 0;
      listener?.died(message);
    },
  };
  return workers;
}
