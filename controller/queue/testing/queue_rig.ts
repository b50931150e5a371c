/**
 * A queue under a test's control.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createFakeClock, type FakeClock, settle } from "../../../kube/testing/fake_clock.ts";
import {
  createKeyedQueue,
  type KeyedQueue,
  type KeyedQueueOptions,
  type WorkResult,
} from "../keyed_queue.ts";

/** Work that has begun. */
export interface Work {
  readonly key: string;
  readonly startedAtMs: number;
  readonly signal: AbortSignal;
  finish(result?: WorkResult): Promise<void>;
  fail(): Promise<void>;
}

/** A queue whose handlers a test ends by hand. */
export interface Rig {
  readonly clock: FakeClock;
  readonly queue: KeyedQueue;
  /** Work that has begun and not ended, oldest first. */
  readonly open: Work[];
  /** Every work that ever began. */
  readonly begun: Work[];
  readonly failures: { readonly key: string; readonly retryInMs: number }[];
  /** The only open work. */
  only(): Work;
}

/** Creates a queue on a fake clock, with a chance that always says 1. */
export function createRig(options: Partial<KeyedQueueOptions> = {}): Rig {
  const clock = createFakeClock();
  const open: Work[] = [];
  const begun: Work[] = [];
  const failures: { key: string; retryInMs: number }[] = [];

  function handle(key: string, signal: AbortSignal): Promise<WorkResult> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkResult>();
    async function end(how: () => void): Promise<void> {
      open.splice(open.indexOf(work), 1);
      how();
      await settle();
    }
    const work: Work = {
      key,
      signal,
      startedAtMs: clock.monotonic(),
      finish: (result = {}) => end(() => resolve(result)),
      fail: () => end(() => reject(new Error("no"))),
    };
    open.push(work);
    begun.push(work);
    return promise;
  }

  const queue = createKeyedQueue({
    handle,
    clock,
    random: () => 1,
    onFailure: (key, _error, retryInMs) => failures.push({ key, retryInMs }),
    ...options,
  });
  return {
    clock,
    queue,
    open,
    begun,
    failures,
    only(): Work {
      const [work, ...others] = open;
      assert.ok(work !== undefined && others.length === 0, `${open.length} works are open`);
      return work;
    },
  };
}
