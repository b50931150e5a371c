import assert from "node:assert/strict";
import type { UnreadableObject, WatchState } from "../observe/observer.ts";
import { createWatchHealth, HEARD_WITHIN_MS } from "./watch_health.ts";

Deno.test("showWatchHealth() tells of each resource whether it is complete and was heard of", () => {
  const cases: [boolean, number | undefined, boolean][] = [
    [true, 0, true],
    [true, HEARD_WITHIN_MS, true],
    [true, HEARD_WITHIN_MS + 1, false],
    [true, undefined, false],
    [false, 0, false],
  ];
  for (const [synced, silentForMs, expected] of cases) {
    const shown: [string, boolean][] = [];
    const watch: WatchState = { resource: "pods", synced, silentForMs };
    createWatchHealth({
      observer: { watches: () => [watch], unreadable: () => [] },
      metrics: {
        setSynced: (resource, isSynced) => void shown.push([resource, isSynced]),
        errorOccurred: () => assert.fail("nothing is unreadable"),
      },
    })();
    assert.deepEqual(shown, [["pods", expected]]);
  }
});

Deno.test("showWatchHealth() counts an unreadable object once, and again when it was readable meanwhile", () => {
  let unreadable: UnreadableObject[] = [];
  const errors: string[] = [];
  const show = createWatchHealth({
    observer: { watches: () => [], unreadable: () => unreadable },
    metrics: { setSynced: () => {}, errorOccurred: (type) => void errors.push(type) },
  });
  const rounds: [number, number][] = [[0, 0], [1, 1], [1, 1], [2, 2], [0, 2], [1, 3]];
  for (const [count, expected] of rounds) {
    unreadable = Array.from({ length: count }, (_, index) => ({
      resource: "storageevents",
      key: `shop/event-${index}`,
    }));
    show();
    assert.deepEqual(errors, Array.from({ length: expected }, () => "unreadable"));
  }
});
