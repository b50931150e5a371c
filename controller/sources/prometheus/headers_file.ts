/**
 * Secret headers of requests, from a file: one `Name: value` a line.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import type { ReadTextFile } from "../../../kube/connection.ts";
import { Redacted } from "../../../kube/redacted.ts";
import { shareReads } from "../../../kube/shared_read.ts";

/** A token in a mounted Secret is renewed long before it ends; a minute is soon enough. */
const HEADERS_KEPT_MS = 60_000;

/** Name and value as RFC 9110 §5 allows them: nothing that could end the header. */
const LINE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)[ \t]*$/;

/** Gives the headers to send with the next request. */
export type ReadHeaders = () => Promise<Readonly<Record<string, Redacted>>>;

/** Creates the reader of a file of headers; without a file there are none. */
export function createHeadersReader(
  path: string,
  { clock, readTextFile }: { readonly clock: Clock; readonly readTextFile: ReadTextFile },
): ReadHeaders {
  if (path === "") return () => Promise.resolve({});
  const readShared = shareReads(readTextFile);
  let kept:
    | { readonly headers: Readonly<Record<string, Redacted>>; readonly readMs: number }
    | undefined;
  return async function readHeaders(): Promise<Readonly<Record<string, Redacted>>> {
    if (kept !== undefined && clock.monotonic() - kept.readMs < HEADERS_KEPT_MS) {
      return kept.headers;
    }
    const text = await readShared(path).catch((cause: unknown) => {
      throw new Error(`Cannot read the file of headers ${path}`, { cause });
    });
    const headers = parseHeaders(text, path);
    kept = { headers, readMs: clock.monotonic() };
    return headers;
  };
}

/** What a line holds is a secret, right or wrong: messages name its number alone. */
function parseHeaders(text: string, path: string): Readonly<Record<string, Redacted>> {
  const headers: Record<string, Redacted> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new Error(
        `Cannot use line ${index + 1} of the file of headers ${path}: expected "Name: value", ` +
          "found something else",
      );
    }
    headers[name.toLowerCase()] = new Redacted(value);
  }
  return headers;
}
