/**
 * Starts the thread of the file.
 *
 * Adapter: a module worker, which may use the directory of the file and nothing else.
 *
 * @module
 */

import { errorText } from "../../../kube/logger.ts";
import type { HistoryWorker, WorkerListener } from "./conversation.ts";
import type { Answered, Asked, FileSettings } from "./messages.ts";

/** Where the file is. */
export interface WorkerOptions extends Omit<FileSettings, "isFileChecked"> {
  readonly directory: string;
  /** The program of the thread, where it is another one. */
  readonly program?: URL | undefined;
}

/**
 * Starts a thread; `listener` is told its answers, and once if it ends by
 * itself.
 *
 * @throws {Error} If the process may not use the directory itself.
 */
export function startSqliteWorker(
  { directory, program = PROGRAM, path, fileBytesMax }: WorkerOptions,
  listener: WorkerListener,
  isFileChecked = false,
): HistoryWorker {
  const worker = createWorker(program, directory);
  worker.onmessage = ({ data }: MessageEvent<Answered>): void => listener.answered(data);
  worker.onerror = (event): void => {
    // Otherwise the error of the thread would end the process.
    event.preventDefault();
    listener.died(event.message);
  };
  const settings: FileSettings = { path, fileBytesMax, isFileChecked };
  worker.postMessage(settings);
  return {
    ask: (asked: Asked) => worker.postMessage(asked),
    terminate: () => worker.terminate(),
  };
}

/** A thread can be given only what the process itself may do. */
function createWorker(program: URL, directory: string): Worker {
  const permissions = { read: [directory], write: [directory] };
  try {
    return new Worker(program, { type: "module", name: "history", deno: { permissions } });
  } catch (cause) {
    const expected = `expected the permissions to read and write ${directory}`;
    const problem = `${expected}, found: ${errorText(cause)}`;
    throw new Error(`Cannot start the thread of the history: ${problem}`, { cause });
  }
}

/** Beside this file, and in a bundle beside the bundle. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./sqlite_worker.ts" : "./sqlite_worker.js",
  import.meta.url,
);
