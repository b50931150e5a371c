/**
 * The body of a watch as events: bytes, lines, JSON, events.
 *
 * @module
 */

import * as z from "zod";

import type { JsonObject, WatchEvent } from "./api.ts";
import { isJsonObject, parseJsonObject } from "./json.ts";

/** etcd refuses objects over 1.5 MiB; JSON with escapes can be larger than what etcd stores. */
export const LINE_BYTES_MAX = 4 * 1_024 * 1_024;

const LINE_FEED = 0x0a;

const eventSchema = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.custom<JsonObject>(isJsonObject),
});

/**
 * Reads events from the body of a watch, and cancels it when the consumer stops.
 *
 * @throws {RangeError} if a line is longer than {@link LINE_BYTES_MAX}.
 * @throws {SyntaxError} if a line is no watch event, or the body ends within one.
 */
export async function* readWatchEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<WatchEvent, void> {
  for await (const line of readLines(body)) {
    if (line !== "") yield parseEvent(line);
  }
}

/**
 * Splits at line feeds before decoding: the byte 0x0a is no part of a longer UTF-8 character, so a whole
 * line holds whole characters however the network cut it.
 */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let partsBytes = 0;

  function takeLine(last: Uint8Array): string {
    const text = parts.map((part) => decoder.decode(part, { stream: true })).join("") +
      decoder.decode(last);
    parts = [];
    partsBytes = 0;
    return text;
  }

  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      checkLength(partsBytes + end - start);
      yield takeLine(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    partsBytes += chunk.length - start;
    checkLength(partsBytes);
  }
  if (partsBytes > 0) {
    throw new SyntaxError(`Cannot read the watch: it ended ${partsBytes} bytes into a line`);
  }
}

function checkLength(bytes: number): void {
  if (bytes > LINE_BYTES_MAX) {
    const problem = `expected lines of at most ${LINE_BYTES_MAX} bytes, found ${bytes} or more`;
    throw new RangeError(`Cannot read the watch: ${problem}`);
  }
}

function parseEvent(line: string): WatchEvent {
  const event = eventSchema.safeParse(parseJsonObject(line, "a line of the watch"));
  if (!event.success) {
    throw new SyntaxError("Cannot read the watch: expected a known event type and an object");
  }
  return event.data;
}
