import assert from "node:assert/strict";

import { readText } from "./response_text.ts";

const signal = new AbortController().signal;

Deno.test("readText() joins characters that were cut between chunks", async () => {
  const bytes = new TextEncoder().encode("é漢🐘");
  const body = ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte)));
  assert.equal(await readText(new Response(body), signal), "é漢🐘");
});

Deno.test("readText() gives an empty text when there is no body", async () => {
  assert.equal(await readText(new Response(null), signal), "");
});

Deno.test("readText() cancels a body that is too large", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel(): void {
      cancelled = true;
    },
  });
  await assert.rejects(readText(new Response(body), signal, 25), /at most 25 bytes/);
  assert.equal(cancelled, true);
});
