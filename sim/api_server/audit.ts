/**
 * Tells listeners of every request that was served or refused.
 *
 * @module
 */

import { ApiError, type JsonObject } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import type { AuditRecord } from "./api_server.ts";
import { nameOf } from "./metadata.ts";
import type { ObjectStore } from "./object_store.ts";

/** What is known of a request before it is served. */
export type AuditedRequest = Omit<AuditRecord, "atMs" | "before" | "after" | "error">;

/** Runs requests and tells of them. */
export interface Audit {
  read<Result>(request: AuditedRequest, run: () => Result): Result;
  /** `run` gives the object after the write; undefined if there is none any more. */
  write<Result extends JsonObject | undefined>(request: AuditedRequest, run: () => Result): Result;
  /** Calls back for every request until the returned function is called. */
  listen(listener: (record: AuditRecord) => void): () => void;
}

/** Creates an audit to which nobody listens yet. */
export function createAudit(store: ObjectStore, clock: Pick<Clock, "now">): Audit {
  const listeners = new Set<(record: AuditRecord) => void>();

  function tell(record: Omit<AuditRecord, "atMs">): void {
    if (listeners.size === 0) return;
    const stamped = { ...record, atMs: clock.now() };
    for (const listener of [...listeners]) listener(stamped);
  }

  function run<Result>(request: Omit<AuditRecord, "atMs">, serve: () => Result): Result {
    try {
      return serve();
    } catch (error) {
      if (error instanceof ApiError) tell({ ...request, error });
      throw error;
    }
  }

  return {
    read<Result>(request: AuditedRequest, serve: () => Result): Result {
      const result = run(request, serve);
      tell(request);
      return result;
    },
    write<Result extends JsonObject | undefined>(
      request: AuditedRequest,
      serve: () => Result,
    ): Result {
      const before = request.verb === "create"
        ? undefined
        : store.find(request.resource, request.name);
      const after = run({ ...request, before }, serve);
      // A name that was generated is known only now.
      const name = request.name.name === "" && after !== undefined ? nameOf(after) : request.name;
      tell({ ...request, name, before, after });
      return after;
    },
    listen(listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
