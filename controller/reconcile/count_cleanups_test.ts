import assert from "node:assert/strict";
import type { Event, EventPhase } from "../../lib/event/event.ts";
import { expansionEvent } from "../../lib/testing/builders.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { type CleanupCounter, createCleanupCounter } from "./count_cleanups.ts";
import { view } from "./testing/plans.ts";

function cleanup(name: string, phase: EventPhase, fields: Partial<Event> = {}): Event {
  return {
    ...expansionEvent([], { status: { phase } }),
    name,
    uid: name,
    eventType: "wal-cleanup",
    expansion: undefined,
    walCleanup: { filesRemoved: 4, freedBytes: bytes(64) },
    ...fields,
  };
}

function createRig(): { counter: CleanupCounter; told: string[] } {
  const told: string[] = [];
  const counter = createCleanupCounter({
    beginCountingCleanups: ({ namespace, cluster }) => void told.push(`${namespace}/${cluster}`),
    cleanupEnded: (_cluster, { result, filesRemoved, freedBytes }) =>
      void told.push(`${result} ${filesRemoved} ${freedBytes}`),
  });
  return { counter, told };
}

Deno.test("count() counts each removal once, when it has ended", () => {
  const { counter, told } = createRig();
  const rounds: [Event[], string[]][] = [
    [[], []],
    [[cleanup("a", "InProgress")], ["shop/orders"]],
    [[cleanup("a", "Completed")], ["shop/orders", "success 4 64"]],
    [[cleanup("a", "Completed"), cleanup("b", "Failed")], ["shop/orders", "failure 4 64"]],
    [[cleanup("b", "Failed", { walCleanup: undefined })], ["shop/orders"]],
  ];
  for (const [events, expected] of rounds) {
    told.length = 0;
    counter.count(view({ events }));
    assert.deepEqual(told, expected);
  }
});

Deno.test("count() leaves to the process before what had ended when the cluster is first seen", () => {
  const { counter, told } = createRig();
  counter.count(view({ events: [cleanup("a", "Completed")] }));
  assert.deepEqual(told, ["shop/orders"]);
  counter.forget(view().uid);
  counter.count(view({ events: [cleanup("a", "Completed"), cleanup("b", "Completed")] }));
  assert.deepEqual(told, ["shop/orders", "shop/orders"]);
});

Deno.test("count() counts neither dry runs nor what is no removal", () => {
  const { counter, told } = createRig();
  counter.count(view());
  const events = [cleanup("a", "Completed", { dryRun: true }), expansionEvent([])];
  counter.count(view({ events }));
  assert.deepEqual(told, []);
});
