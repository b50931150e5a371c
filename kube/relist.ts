/**
 * Reads a whole collection page by page into a snapshot.
 *
 * @module
 */

import { ApiError, type KubeApi, type Resource } from "./api.ts";
import type { Snapshot } from "./object_cache.ts";

/** As client-go: large enough for few round trips, small enough for the server's memory and ours. */
export const PAGE_ITEMS_MAX = 500;

/** 500 000 objects; more is a server that hands out `continue` in circles. */
const PAGES_MAX = 1_000;

/** A `continue` token lives about 5 min: a list that expires three times is hopelessly slow. */
const LISTS_MAX = 3;

/** Which objects of a resource are meant. */
export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** What is listed, and who is told of every page. */
export interface RelistOptions {
  readonly api: KubeApi;
  readonly resource: Resource;
  readonly selection: Selection;
  beginSnapshot(): Snapshot;
  onHeard(): void;
}

/**
 * Lists everything and commits it. A list whose `continue` token expired begins again from its first page.
 *
 * @throws {ApiError} if the server refuses; then nothing is committed.
 */
export async function relist(options: RelistOptions, signal: AbortSignal): Promise<void> {
  for (let lists = 1;; lists++) {
    try {
      return await listOnce(options, signal);
    } catch (error) {
      if (!(error instanceof ApiError && error.isGone) || lists >= LISTS_MAX) throw error;
    }
  }
}

async function listOnce(options: RelistOptions, signal: AbortSignal): Promise<void> {
  const { api, resource, selection } = options;
  const snapshot = options.beginSnapshot();
  let token: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const query = { ...selection, limit: PAGE_ITEMS_MAX, continue: token };
    const page = await api.list(resource, query, { signal });
    options.onHeard();
    for (const object of page.items) snapshot.put(object);
    token = page.continue;
    if (token === undefined) return snapshot.commit(page.resourceVersion);
  }
  throw new RangeError(`Cannot list ${resource.plural}: expected at most ${PAGES_MAX} pages`);
}
