/**
 * The Operator port on the instance manager's local web server (`cnpg.md` §7).
 *
 * Adapter: asks `localhost:8010` in the pod. Its neighbours under `/cache` carry credentials of object stores
 * and are never asked for.
 *
 * @module
 */

import type { Operator } from "./operator.ts";

/** Where the instance manager serves the Cluster, to its own pod alone. */
export const CLUSTER_URL = "http://localhost:8010/cache/cluster";

/** Clusters have tens of KiB; the API server takes no object beyond 1.5 MiB. */
const CLUSTER_BYTES_MAX = 2 * 1024 * 1024;

/** An {@link Operator} at `url`. */
export function createLocalOperator(url: string): Operator {
  return {
    async cluster(deadline: AbortSignal): Promise<unknown> {
      const response = await answerOf(url, deadline);
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`expected status 200 from ${url}, found ${response.status}`);
      }
      return JSON.parse(await limitedText(response, url));
    },
  };
}

async function answerOf(url: string, deadline: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal: deadline, redirect: "error" });
  } catch (cause) {
    throw new Error(`expected an answer from ${url}, found none`, { cause });
  }
}

async function limitedText(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    if (received > CLUSTER_BYTES_MAX) {
      throw new RangeError(`expected at most ${CLUSTER_BYTES_MAX} bytes from ${url}, found more`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
