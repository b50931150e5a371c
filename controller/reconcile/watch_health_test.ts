import assert from "node:assert/strict";
import type { UnreadableObject, WatchState } from "../observe/observer.ts";
import { createWatchHealth, HEARD_WITHIN_MS } from "./watch_health.ts";

const PODS: WatchState = {
  resource: "pods",
  group: "",
  synced: true,
  silentForMs: 0,
  relists: 2,
  failures: 1,
};

Deno.test("readWatchHealth() tells of each resource whether it is complete and was heard of", () => {
  const cases: [boolean, number | undefined, boolean][] = [
    [true, 0, true],
    [true, HEARD_WITHIN_MS, true],
    [true, HEARD_WITHIN_MS + 1, false],
    [true, undefined, false],
    [false, 0, false],
  ];
  for (const [synced, silentForMs, expected] of cases) {
    const read = createWatchHealth({
      observer: { watches: () => [{ ...PODS, synced, silentForMs }], unreadable: () => [] },
      metrics: { errorOccurred: () => assert.fail("nothing is unreadable") },
    });
    assert.deepEqual(read(), [
      {
        resource: "pods",
        synced: expected,
        silentForMs,
        relists: 2,
        failures: 1,
        unreadable: 0,
      },
    ]);
  }
});

Deno.test("readWatchHealth() counts an unreadable object once, and again when it was readable meanwhile", () => {
  let unreadable: UnreadableObject[] = [];
  const errors: string[] = [];
  const read = createWatchHealth({
    observer: {
      watches: () => [PODS, { ...PODS, resource: "storageevents" }],
      unreadable: () => unreadable,
    },
    metrics: { errorOccurred: (type) => void errors.push(type) },
  });
  const rounds: [number, number][] = [[0, 0], [1, 1], [1, 1], [2, 2], [0, 2], [1, 3]];
  for (const [count, expected] of rounds) {
    unreadable = Array.from({ length: count }, (_, index) => ({
      resource: "storageevents",
      key: `shop/event-${index}`,
    }));
    assert.deepEqual(read().map((health) => health.unreadable), [0, count]);
    assert.deepEqual(errors, Array.from({ length: expected }, () => "unreadable"));
  }
});
