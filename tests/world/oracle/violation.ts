/**
 * A promise that was broken.
 *
 * @module
 */

import type { AuditRecord } from "../../../sim/api_server/api_server.ts";

/** Names the promise, and says what happened. */
export interface Violation {
  readonly atMs: number;
  /** The promise, as a sentence. */
  readonly promise: string;
  readonly detail: string;
}

/** Says that a write broke a promise. */
export function broken(record: AuditRecord, promise: string, detail: string): Violation {
  const { namespace = "", name } = record.name;
  const what = `${record.verb} ${record.resource.plural} ${namespace}/${name}`;
  return { atMs: record.atMs, promise, detail: `${what}: ${detail}` };
}

/**
 * How old the knowledge may be by which the manager acts: a watch that went silent is noticed after three minutes,
 * a sample is believed for 100 s, and a report may be that old when it arrives.
 */
export const KNOWLEDGE_AGE_MS_MAX = 4 * 60_000;
