/**
 * A reflector under test, joined to a fake API server and a fake clock.
 *
 * @module
 */

import assert from "node:assert/strict";

import type { JsonObject } from "../api.ts";
import type { Change } from "../object_cache.ts";
import { createReflector, type Reflector, type ReflectorOptions } from "../reflector.ts";
import { POD } from "../resources.ts";
import { type FakeClient, startFakeClient } from "./fake_client.ts";
import { createRecordingLogger, type RecordingLogger } from "./recording_logger.ts";

/** A reflector of Pods behind the real client; runs from the first `settle()` on. */
export interface Rig extends FakeClient {
  readonly reflector: Reflector<string>;
  readonly changes: Change<string>[];
  readonly log: RecordingLogger;
  /** Puts a Pod whose picture is `value`. */
  put(name: string, value: string): JsonObject;
  remove(name: string): void;
  /** Waits until the picture is this, letting the back-offs pass that the reflector logs. */
  settle(values: readonly string[]): Promise<void>;
}

function pathOf(name: string): string {
  return `/api/v1/namespaces/a/pods/${name}`;
}

/** Starts server, client and reflector. */
export async function startRig(options: Partial<ReflectorOptions<string>> = {}): Promise<Rig> {
  const client = await startFakeClient();
  const { server, api, clock } = client;
  const changes: Change<string>[] = [];
  const log = createRecordingLogger();
  const reflector = createReflector<string>({
    api,
    resource: POD,
    project: (object) => String(object["value"]),
    onChange(change): void {
      changes.push(change);
    },
    clock,
    random: () => 0.5,
    log,
    ...options,
  });
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let passed = 0;
  function values(): string {
    return [...reflector.list()].sort().join();
  }
  return {
    ...client,
    reflector,
    changes,
    log,
    put: (name, value) =>
      server.objects.put(pathOf(name), { metadata: { name, namespace: "a" }, value }),
    remove: (name) => server.objects.remove(pathOf(name)),
    async settle(expected: readonly string[]): Promise<void> {
      running ??= reflector.run(stopping.signal);
      const text = [...expected].sort().join();
      for (let rounds = 0; rounds < 200; rounds++) {
        if (values() === text && reflector.state().synced && server.watches.size > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 2));
        const waits = log.lines.flatMap((line) => line.fields["waitMs"] ?? []);
        if (waits.length > passed) await clock.advance(Number(waits[passed++]));
      }
      assert.equal(values(), text);
      throw new Error(`not settled: ${Deno.inspect([reflector.state(), log.lines.slice(-3)])}`);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort();
      await running;
      await client[Symbol.asyncDispose]();
    },
  };
}

/** Changes in short. */
export function kinds(changes: readonly Change<string>[]): string[] {
  return changes.map((change) => `${change.kind} ${change.key}`);
}

/** The query of the latest watch. */
export function lastWatch(rig: Rig): URLSearchParams {
  const search = rig.server.requests.filter((request) => request.search.has("watch")).at(-1)
    ?.search;
  assert.ok(search);
  return search;
}
