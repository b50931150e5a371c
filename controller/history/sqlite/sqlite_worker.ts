/**
 * The thread that alone touches the file of the history. It is told first where the file is, and then asked.
 *
 * Adapter: the messages of a worker.
 *
 * @module
 */

import { createAnswerer } from "./answerer.ts";
import type { Answered, Asked, FileSettings } from "./messages.ts";
import { openDatabase } from "./open_database.ts";
import { setAside } from "./set_aside.ts";
import { createStore } from "./store.ts";

declare const self: {
  onmessage: ((message: MessageEvent) => void) | null;
  postMessage(message: Answered): void;
};

self.onmessage = ({ data }: MessageEvent<FileSettings>): void => {
  const { path, fileBytesMax } = data;
  let { isFileChecked } = data;
  const answer = createAnswerer({
    path,
    open: () => {
      const database = openDatabase(path, fileBytesMax, isFileChecked);
      // Opened again it is after an error.
      isFileChecked = false;
      return createStore(database);
    },
    setAside: () => setAside(path),
  });
  self.onmessage = ({ data: { id, question } }: MessageEvent<Asked>): void =>
    self.postMessage({ id, answer: answer(question) });
};
