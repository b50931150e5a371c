/**
 * Reads the body of a response chunk by chunk.
 *
 * @module
 */

/**
 * Yields the chunks of a body and cancels it when the consumer stops early.
 *
 * An abort cancels the reader besides what fetch makes of it: Deno 2.9 was seen to leave a pending read of a
 * body that came in many small chunks unsettled when the signal of its request was aborted.
 *
 * @throws the reason of `signal` when that is aborted, or what the broken stream throws.
 */
export async function* readChunks(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  function cancel(): void {
    // A stream that broke rejects here with what its read has been rejected with already.
    reader.cancel(signal.reason).catch(() => {});
  }
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const chunk = await reader.read();
      signal.throwIfAborted();
      if (chunk.done) return;
      yield chunk.value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
