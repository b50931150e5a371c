import assert from "node:assert/strict";
import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { nextText, severityOf, stateOf, stateText } from "./state.ts";

type Conditions = NonNullable<ClusterStorageStatus["conditions"]>;

function holds(type: string, reason: string, status: "True" | "False" = "True"): Conditions {
  return [{ type, status, reason }];
}

/** What a status says, and the word for it. */
const TABLE: readonly (readonly [string, ClusterStorageStatus])[] = [
  ["breaker-open", { conditions: holds("CircuitBreakerOpen", "BreakerOpen") }],
  ["limit-reached (MaxSizeReached)", { conditions: holds("LimitReached", "MaxSizeReached") }],
  ["growing", { conditions: holds("Expanding", "ExpansionStarted") }],
  ["paused", { conditions: holds("Managed", "Paused", "False") }],
  ["unmanaged (Deleting)", { conditions: holds("Managed", "Deleting", "False") }],
  ["waiting (CooldownActive)", {
    nextAction: "orders-1/data may not grow: The last (one) was too recent (CooldownActive)",
  }],
  ["waiting (WindowClosed)", {
    nextAction: "orders-1/data may not grow: The window is closed (WindowClosed)",
    conditions: holds("NotExpandable", "SharedDisk"),
  }],
  ["not-expandable (StorageClassFixed)", {
    nextAction: "orders-1/data may not grow: Its class is fixed (StorageClassFixed)",
    conditions: [
      ...holds("NotExpandable", "StorageClassFixed"),
      ...holds("Blind", "SomeVolumesUnknown"),
    ],
  }],
  ["blind (SomeVolumesUnknown)", { conditions: holds("Blind", "SomeVolumesUnknown") }],
  ["dry-run", { level: "ok", conditions: holds("Managed", "DryRun") }],
  ["not-expandable (SharedDisk)", { conditions: holds("NotExpandable", "SharedDisk") }],
  ["not-expandable", { conditions: holds("NotExpandable", "AWordOfALaterVersion") }],
  ["unknown", {}],
  ["watching", { level: "warning", conditions: [] }],
  ["healthy", { level: "ok", conditions: [] }],
];

for (const [expected, status] of TABLE) {
  Deno.test(`stateOf() calls ${JSON.stringify(status)} ${expected}`, () => {
    assert.equal(stateText(stateOf(status)), expected);
  });
}

Deno.test("nextText() says that growth is waited for, and what is not recorded", () => {
  const nextAction = "Nothing is to be done";
  const waits = nextText({ nextAction, conditions: holds("Expanding", "ExpansionStarted") });
  assert.equal(waits, "Waits for the operation under way");
  assert.equal(nextText({ nextAction, conditions: [] }), nextAction);
  assert.equal(nextText({}), "unknown");
});

Deno.test("stateOf() tells of the breaker before all else", () => {
  const conditions = [
    ...holds("Managed", "Paused", "False"),
    ...holds("Expanding", "ExpansionStarted"),
    ...holds("CircuitBreakerOpen", "BreakerOpen"),
  ];
  assert.equal(stateOf({ conditions }).state, "breaker-open");
});

Deno.test("severityOf() puts what nobody measured between critical and expansion", () => {
  assert.ok(severityOf("unknown") > severityOf("critical"));
  assert.ok(severityOf(undefined) < severityOf("expansion"));
});
