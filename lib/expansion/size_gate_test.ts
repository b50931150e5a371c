// Whether there is room for a size, as far as anybody says so.

import assert from "node:assert/strict";
import fc from "fast-check";
import { gibibytes, volume } from "../testing/builders.ts";
import { bytes, GIBIBYTE } from "../units/bytes.ts";
import type { StorageLimits, StorageQuota } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { classLeavesRoom, quotaLeavesRoom, sizeGate } from "./size_gate.ts";

type Members = readonly [Volume, ...Volume[]];

const THREE: Members = [
  volume(),
  volume({ instance: "orders-2" }),
  volume({ instance: "orders-3" }),
];

function limited(limits: Partial<StorageLimits>): StorageLimits {
  return { quotas: [], claimSizeLimits: [], classCapacities: [], ...limits };
}

function quota(usedGib: number, storageClass?: string): StorageQuota {
  return { name: "team", storageClass, hardBytes: gibibytes(100), usedBytes: gibibytes(usedGib) };
}

Deno.test("quotaLeavesRoom() counts what every claim still has to ask for", () => {
  const asked = volume({ claim: { capacityBytes: gibibytes(10), requestBytes: gibibytes(15) } });
  const cases: [Members, StorageQuota[], boolean][] = [
    [THREE, [quota(85)], true],
    [THREE, [quota(86)], false],
    [THREE, [quota(10), quota(86)], false],
    [THREE, [quota(86, "fast")], false],
    [THREE, [quota(100, "slow")], true],
    [[THREE[0]], [quota(95)], true],
    [[asked], [quota(100)], true],
    [[asked, ...THREE.slice(1)], [quota(90)], true],
    [THREE, [], true],
  ];
  for (const [members, quotas, hasRoom] of cases) {
    const hold = quotaLeavesRoom({ members, toBytes: gibibytes(15), limits: limited({ quotas }) });
    assert.equal(hold === undefined, hasRoom, hold?.message ?? "no hold");
  }
});

Deno.test("quotaLeavesRoom() tells the quota, what it allows, what is used and what is needed", () => {
  const limits = limited({ quotas: [quota(90, "fast")] });
  const hold = quotaLeavesRoom({ members: THREE, toBytes: gibibytes(15), limits });
  assert.deepEqual(hold, {
    reason: "QuotaExceeded",
    message: "ResourceQuota team for StorageClass fast leaves 10 GiB of 100 GiB (90 GiB are " +
      "used), and 15 GiB are needed for 3 of the claims",
  });
});

Deno.test("quotaLeavesRoom() asks for a quota that is overdrawn already what it asks for an empty one", () => {
  const limits = limited({ quotas: [quota(120)] });
  assert.match(
    quotaLeavesRoom({ members: THREE, toBytes: gibibytes(15), limits })?.message ?? "",
    /leaves 0 B of 100 GiB/,
  );
});

Deno.test("quotaLeavesRoom() lets through exactly what the API server would", () => {
  const sizes = fc.integer({ min: 1, max: 2 ** 40 }).map(bytes);
  fc.assert(
    fc.property(
      fc.array(sizes, { minLength: 1 }),
      sizes,
      sizes,
      sizes,
      (requests, to, hard, used) => {
        const [first = GIBIBYTE, ...others] = requests;
        const members: Members = [
          volume({ claim: { requestBytes: first } }),
          ...others.map((requestBytes) => volume({ claim: { requestBytes } })),
        ];
        const quotas = [{ name: "team", hardBytes: hard, usedBytes: used }];
        const hold = quotaLeavesRoom({ members, toBytes: to, limits: limited({ quotas }) });
        const after = requests.reduce((sum, request) => sum + Math.max(to - request, 0), 0) + used;
        // A request that does not grow is not checked by the server either.
        assert.equal(hold === undefined, after <= hard || after === used);
      },
    ),
  );
});

Deno.test("classLeavesRoom() holds only where no storage of the class has what a volume lacks", () => {
  const cases: [string, number, boolean][] = [
    ["fast", 5, true],
    ["fast", 4.9, false],
    ["fast", 0, false],
    ["slow", 0, true],
  ];
  for (const [storageClass, gib, hasRoom] of cases) {
    const classCapacities = [{ storageClass, availableBytes: gibibytes(gib) }];
    const limits = limited({ classCapacities });
    const hold = classLeavesRoom({ members: THREE, toBytes: gibibytes(15), limits });
    assert.equal(hold === undefined, hasRoom, hold?.message ?? "no hold");
  }
});

Deno.test("sizeGate() asks for the first volume alone where it is in danger", () => {
  const limits = limited({ quotas: [quota(95)] });
  const input = { members: THREE, toBytes: gibibytes(15), limits };
  const outcomes = (["routine", "emergency", "rescue", "manual"] as const)
    .map((urgency) => sizeGate(input, urgency).hold?.reason);
  assert.deepEqual(outcomes, ["QuotaExceeded", undefined, undefined, "QuotaExceeded"]);
  assert.deepEqual(sizeGate({ ...input, limits: undefined }, "routine").trace, [
    { reason: "QuotaExceeded", message: "does not apply", passed: true, subject: "orders-1/data" },
    {
      reason: "ClassCapacityShort",
      message: "does not apply",
      passed: true,
      subject: "orders-1/data",
    },
  ]);
});
