import assert from "node:assert/strict";

import { decide } from "../decide/decide.ts";
import type { Action } from "../decide/plan.ts";
import {
  expansionEvent,
  gibibytes,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import { after, MINUTE } from "../units/millis.ts";
import { explain, explainAction } from "./explain.ts";

const { name: _name, uid: _uid, resourceVersion: _version, createdAtMs: _at, ...draft } =
  expansionEvent([progressOf(volume())]);
const { expansion: _expansion, ...reset } = draft;

const REQUEST = {
  kind: "request-size",
  eventName: "orders-expansion",
  instance: "orders-1",
  role: "data",
  claimName: "orders-1",
  claimUid: "claim-orders-1",
  resourceVersion: "1",
  capacityBytes: gibibytes(10),
  expectedRequestBytes: gibibytes(10),
  toBytes: gibibytes(15),
  limitBytes: gibibytes(100),
  lowering: false,
} as const;

const SENTENCES: readonly [Action, string][] = [
  [
    { kind: "open-event", draft },
    "Opens a StorageEvent: grow role data to 15 GiB, because orders-1/data: Pressure 86 % (AboveExpansion)",
  ],
  [
    { kind: "open-event", draft: { ...draft, dryRun: true } },
    "Records what would be done: grow role data to 15 GiB, because orders-1/data: Pressure 86 % " +
    "(AboveExpansion)",
  ],
  [
    {
      kind: "open-event",
      draft: {
        ...reset,
        eventType: "circuit-breaker",
        reason: "BreakerReset",
        message: "a user asked",
      },
    },
    "Opens a StorageEvent: circuit-breaker, because a user asked (BreakerReset)",
  ],
  [REQUEST, "Asks for 15 GiB on PVC orders-1"],
  [
    { ...REQUEST, lowering: true, toBytes: bytes(gibibytes(10) + 1) },
    "Lowers the request of PVC orders-1 to 10737418241 bytes",
  ],
  [
    {
      kind: "nudge-pod",
      eventName: "orders-expansion",
      claimName: "orders-1",
      podName: "orders-1",
      podUid: "pod-orders-1",
    },
    "Annotates pod orders-1, so that its kubelet grows the file system now",
  ],
  [
    {
      kind: "record-status",
      eventName: "orders-expansion",
      resourceVersion: "1",
      status: draft.status,
    },
    "Records that StorageEvent orders-expansion is Pending",
  ],
  [
    {
      kind: "write-back",
      eventName: "orders-expansion",
      role: "data",
      field: "size",
      fromBytes: gibibytes(10),
      toBytes: gibibytes(15),
      resourceVersion: "1",
    },
    "Raises role data in the Cluster's spec from 10 GiB to 15 GiB",
  ],
  [
    { kind: "annotate", annotations: { a: "1", b: null } },
    "Sets annotations of the Cluster: a, b",
  ],
];

for (const [action, sentence] of SENTENCES) {
  Deno.test(`explainAction() says: ${sentence}`, () => {
    assert.equal(explainAction(action), sentence);
  });
}

Deno.test("explain() tells level, volumes, holds, actions and the next look, in this order", () => {
  const seen = view({
    volumes: [volume({ usedPercent: 86 })],
    maintenanceWindow: { kind: "closed", opensAtMs: after(NOW_MS, MINUTE) },
  });
  assert.deepEqual(explain(seen, decide(seen, { defaults: policy() })), [
    "Cluster shop/orders is at level expansion",
    "orders-1/data: expansion (AboveExpansion): Pressure 86.0 % is at or above the expansion threshold " +
    "of 85 %, 1.4 GiB of 10 GiB free",
    "orders-1/data may not grow: The maintenance window opens in 1 min, at 2026-01-01T00:01:00Z (WindowClosed)",
    "Sets annotations of the Cluster: storage.cnpg.supporttools.io/managed, " +
    "storage.cnpg.supporttools.io/current-usage-percent, storage.cnpg.supporttools.io/last-check",
    "Looked at again at 2026-01-01T00:01:00Z at the latest",
  ]);
});

Deno.test("explain() says that nothing is to be done, and what stands in the cluster's way", () => {
  const seen = view({ governance: { kind: "none" } });
  const lines = explain(seen, decide(seen, { defaults: policy() }));
  assert.ok(lines.includes("Nothing is to be done"));
  assert.ok(
    lines.includes("The cluster may not grow: No StoragePolicy selects this cluster (NoPolicy)"),
  );
});
