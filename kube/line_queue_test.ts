import assert from "node:assert/strict";

import { createLineQueue, type LineQueue, LINES_WAITING_MAX } from "./line_queue.ts";
import { settle } from "./testing/fake_clock.ts";

interface Pipe {
  readonly queue: LineQueue;
  text: string;
  /** Most bytes that a write takes; 0: it waits until `open` is called. */
  room: number;
  open(): void;
}

function createPipe(room: number): Pipe {
  let opened = Promise.withResolvers<void>();
  const pipe: Pipe = {
    text: "",
    room,
    open: () => {
      pipe.room = 1_000;
      opened.resolve();
      opened = Promise.withResolvers<void>();
    },
    queue: createLineQueue({
      async write(bytes): Promise<number> {
        if (pipe.room === 0) await opened.promise;
        const taken = bytes.subarray(0, pipe.room);
        pipe.text += new TextDecoder().decode(taken);
        return taken.length;
      },
      lost: (count) => `lost ${count}\n`,
    }),
  };
  return pipe;
}

Deno.test("push() writes lines whole and in their order, however little a pipe takes", async () => {
  const pipe = createPipe(3);
  pipe.queue.push("first\n");
  pipe.queue.push("second\n");
  await pipe.queue.drained();
  assert.equal(pipe.text, "first\nsecond\n");
});

Deno.test("push() returns while nobody reads, and says later how much was lost", async () => {
  const pipe = createPipe(0);
  const count = LINES_WAITING_MAX + 8;
  for (let line = 0; line < count; line++) pipe.queue.push(`${line}\n`);
  await settle();
  assert.equal(pipe.text, "");
  pipe.open();
  await pipe.queue.drained();
  const lines = pipe.text.trimEnd().split("\n");
  assert.equal(lines.length, LINES_WAITING_MAX + 1);
  assert.equal(lines.at(0), "0");
  assert.equal(lines.at(-1), "lost 8");
});

Deno.test("drained() resolves when the reader is gone", async () => {
  const queue = createLineQueue({
    write: () => Promise.reject(new Error("broken pipe")),
    lost: (count) => `lost ${count}\n`,
  });
  queue.push("a\n");
  queue.push("b\n");
  await queue.drained();
});
