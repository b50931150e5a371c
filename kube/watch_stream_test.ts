import assert from "node:assert/strict";
import fc from "fast-check";

import type { WatchEvent } from "./api.ts";
import { LINE_BYTES_MAX, readWatchEvents } from "./watch_stream.ts";

const events: readonly WatchEvent[] = [
  { type: "ADDED", object: { value: "é 漢字 🐘" } },
  { type: "BOOKMARK", object: { metadata: { resourceVersion: "7" } } },
];

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function read(...chunks: Uint8Array[]): Promise<WatchEvent[]> {
  const found: WatchEvent[] = [];
  for await (const event of readWatchEvents(chunksOf(...chunks))) found.push(event);
  return found;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("readWatchEvents() yields the same events wherever the bytes are cut", async () => {
  const bytes = encode(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const cuts = fc.uniqueArray(fc.nat({ max: bytes.length }), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(cuts, async (places) => {
    const bounds = [0, ...places.sort((left, right) => left - right), bytes.length];
    const chunks = bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
    assert.deepEqual(await read(...chunks), events);
  }));
});

const malformed: Record<string, string> = {
  "a line is no JSON": "secret\n",
  "a line is no object": "[1]\n",
  "an event has no object": '{"type":"ADDED"}\n',
  "a type is unknown": '{"type":"SECRET","object":{}}\n',
  "the stream ends within a line": '{"type":"ADDED","object":{}}',
};
for (const [sentence, text] of Object.entries(malformed)) {
  Deno.test(`readWatchEvents() throws without quoting when ${sentence}`, async () => {
    await assert.rejects(read(encode(text)), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.doesNotMatch(Deno.inspect(error), /"secret|SECRET/);
      return true;
    });
  });
}

Deno.test("readWatchEvents() refuses a line that does not end", async () => {
  const half = new Uint8Array(LINE_BYTES_MAX / 2 + 1).fill(0x20);
  await assert.rejects(read(half, half), RangeError);
  await assert.rejects(read(half, half, encode("\n")), RangeError);
});

Deno.test("readWatchEvents() passes over empty lines", async () => {
  assert.deepEqual(await read(encode('\n{"type":"ADDED","object":{}}\n\n')), [
    { type: "ADDED", object: {} },
  ]);
});
