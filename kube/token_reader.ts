/**
 * Bearer tokens, read again before they can have expired.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { ReadTextFile, TokenSource } from "./connection.ts";
import { Redacted } from "./redacted.ts";
import { shareReads } from "./shared_read.ts";

/** kubelet renews a projected token at 80 % of its life, at least two minutes before the end. */
export const TOKEN_CACHE_MS = 60_000;

/** Characters that may stand in a header without being able to end it (RFC 9110, token68 and more). */
const TOKEN = /^[\x21-\x7e]+$/;

/** Gives the token to send with the next request. */
export interface TokenReader {
  /** Undefined when the connection uses no token. */
  read(): Promise<Redacted | undefined>;
  /** Forgets a cached token, for example after the server called it invalid. */
  invalidate(): void;
}

/** Creates the reader of a {@link TokenSource}. */
export function createTokenReader(
  source: TokenSource,
  dependencies: { readonly clock: Clock; readonly readTextFile: ReadTextFile },
): TokenReader {
  switch (source.kind) {
    case "none":
      return { read: () => Promise.resolve(undefined), invalidate: () => {} };
    case "static": {
      const token = checkToken(source.token.reveal(), "of the connection");
      return { read: () => Promise.resolve(token), invalidate: () => {} };
    }
    case "file":
      return createFileReader(source.path, dependencies.clock, dependencies.readTextFile);
  }
}

function createFileReader(path: string, clock: Clock, readTextFile: ReadTextFile): TokenReader {
  const readShared = shareReads(readTextFile);
  let cached: { readonly token: Redacted; readonly readMs: number } | undefined;
  return {
    async read(): Promise<Redacted> {
      const nowMs = clock.monotonic();
      if (cached !== undefined && nowMs - cached.readMs < TOKEN_CACHE_MS) return cached.token;
      const text = await readShared(path).catch((cause: unknown) => {
        throw new Error(`Cannot read the token file ${path}`, { cause });
      });
      const token = checkToken(text, `in ${path}`);
      cached = { token, readMs: nowMs };
      return token;
    },
    invalidate(): void {
      cached = undefined;
    },
  };
}

function checkToken(text: string, where: string): Redacted {
  const token = text.trim();
  if (!TOKEN.test(token)) {
    throw new Error(
      `Cannot use the token ${where}: expected one word of printable ASCII, found ${token.length} characters that are not`,
    );
  }
  return new Redacted(token);
}
