import assert from "node:assert/strict";

import { readChunks } from "./body_chunks.ts";

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const found: number[] = [];
  for await (const chunk of chunks) found.push(...chunk);
  return found;
}

Deno.test("readChunks() yields every chunk", async () => {
  const body = ReadableStream.from([Uint8Array.of(1), Uint8Array.of(2, 3)]);
  assert.deepEqual(await collect(readChunks(body, new AbortController().signal)), [1, 2, 3]);
});

Deno.test("readChunks() throws the reason when aborted though the read stays pending", async () => {
  const controller = new AbortController();
  const reading = collect(readChunks(new ReadableStream(), controller.signal));
  controller.abort(new Error("enough"));
  await assert.rejects(reading, /enough/);
});

Deno.test("readChunks() throws the reason when aborted before", async () => {
  const reading = collect(readChunks(new ReadableStream(), AbortSignal.abort(new Error("before"))));
  await assert.rejects(reading, /before/);
});

Deno.test("readChunks() cancels the body when its consumer stops", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Uint8Array.of(1)),
    cancel(): void {
      cancelled = true;
    },
  });
  for await (const _chunk of readChunks(body, new AbortController().signal)) break;
  assert.equal(cancelled, true);
});

Deno.test("readChunks() throws what breaks the body", async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new TypeError("reset")),
  });
  await assert.rejects(collect(readChunks(body, new AbortController().signal)), /reset/);
});
