/**
 * A thread that hangs in a call to the system, as on a disk that does not answer: it opens a pipe that nobody
 * writes to. Once somebody does, it answers.
 *
 * Adapter: the messages of a worker, and a pipe.
 *
 * @module
 */

import type { Answered, Asked, FileSettings } from "../messages.ts";

declare const self: {
  onmessage: ((message: MessageEvent) => void) | null;
  postMessage(message: Answered): void;
};

self.onmessage = ({ data: { path } }: MessageEvent<FileSettings>): void => {
  self.onmessage = ({ data: { id } }: MessageEvent<Asked>): void => {
    Deno.openSync(path).close();
    self.postMessage({ id, answer: { kind: "done", pasts: [], notes: [] } });
  };
};
