/**
 * Reads the body of a response, up to a limit.
 *
 * @module
 */

import { readChunks } from "./body_chunks.ts";

/** A page of 500 large objects is a few MiB; whoever lists without pages may be answered with tens. */
export const BODY_BYTES_MAX = 64 * 1_024 * 1_024;

/**
 * Reads a body to its end, so that its connection can serve the next request, or cancels it.
 *
 * @throws {RangeError} if the body is larger than `bytesMax`.
 */
export async function readText(
  response: Response,
  signal: AbortSignal,
  bytesMax: number = BODY_BYTES_MAX,
): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(response.body, signal)) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new RangeError(`Cannot read the answer: expected at most ${bytesMax} bytes`);
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join("");
}
