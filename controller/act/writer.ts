/**
 * The one door through which everything is written.
 *
 * @module
 */

import type { JsonObject, Lane, ObjectName, Patch, Resource } from "../../kube/api.ts";
import { NotLeaderError } from "./failure.ts";
import type { ActDependencies } from "./ports.ts";

/** Owner of our fields in `metadata.managedFields` (DESIGN §7). */
export const FIELD_MANAGER = "cnpg-storage-manager";

/** One try of a write: an API server that takes longer is as good as away, and the next try knows more. */
const WRITE_DEADLINE_MS = 10_000;

/** Options of one write. */
export interface WriterOptions {
  /** @default {"default"} */
  readonly lane?: Lane | undefined;
  readonly subresource?: "status" | undefined;
  /** Validated, admitted and counted against quota, but not stored. */
  readonly dryRun?: boolean | undefined;
}

/** Writes as this product and only while it leads; folds the answers in. */
export interface Writer {
  get(resource: Resource, name: ObjectName, lane?: Lane): Promise<JsonObject>;
  create(
    resource: Resource,
    namespace: string,
    object: JsonObject,
    lane?: Lane,
  ): Promise<JsonObject>;
  patch(
    resource: Resource,
    name: ObjectName,
    patch: Patch,
    options?: WriterOptions,
  ): Promise<JsonObject>;
  /** Deletes the object only if it is still the one with `uid`. */
  delete(resource: Resource, name: ObjectName, uid: string): Promise<void>;
}

/** What a {@link Writer} is made of. */
export type WriterDependencies = Pick<ActDependencies, "api" | "fold" | "mayWrite">;

/** Creates the writer of one piece of work, which ends with `signal`. */
export function createWriter(dependencies: WriterDependencies, signal: AbortSignal): Writer {
  const { api, fold } = dependencies;
  const call = { signal, deadlineMs: WRITE_DEADLINE_MS };

  // A leader that was paused comes back in the middle of its work: the question is asked before each write.
  function assertMayWrite(): void {
    signal.throwIfAborted();
    if (dependencies.mayWrite()) return;
    throw new NotLeaderError("Cannot write: expected to hold the lease, found that it may be lost");
  }

  return {
    get(resource, name, lane = "default"): Promise<JsonObject> {
      return api.get(resource, name, { ...call, lane });
    },
    async create(resource, namespace, object, lane = "default"): Promise<JsonObject> {
      assertMayWrite();
      const answer = await api.create(resource, object, {
        ...call,
        lane,
        namespace,
        fieldManager: FIELD_MANAGER,
      });
      fold(resource, answer);
      return answer;
    },
    async patch(resource, name, patch, options = {}): Promise<JsonObject> {
      assertMayWrite();
      const answer = await api.patch(resource, name, patch, {
        ...call,
        ...options,
        fieldManager: FIELD_MANAGER,
      });
      if (options.dryRun !== true) fold(resource, answer);
      return answer;
    },
    async delete(resource, name, uid): Promise<void> {
      assertMayWrite();
      await api.delete(resource, name, { ...call, uid });
    },
  };
}
