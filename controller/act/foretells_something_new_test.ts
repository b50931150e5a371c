import assert from "node:assert/strict";

import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { foretellsOtherwise, foretellsSooner } from "./foretells_something_new.ts";

function status(timeToFull: string | undefined): ClusterStorageStatus {
  const volume = {
    instance: "orders-1",
    role: "data",
    claim: "orders-1",
    requested: "10Gi",
    level: "ok",
  } as const;
  return { volumes: [{ ...volume, ...(timeToFull === undefined ? {} : { timeToFull }) }] };
}

const CASES: readonly [
  string | undefined,
  string | undefined,
  "sooner" | "otherwise" | "nothing",
][] = [
  ["20h", "20h", "nothing"],
  ["20h", "11h", "nothing"],
  ["20h", "10h", "sooner"],
  ["20h", "39h", "nothing"],
  ["2h", "41m", "sooner"],
  ["41m", "3h", "otherwise"],
  ["60d", "3d", "nothing"],
  ["3d", "23h", "sooner"],
  ["3d", "none", "otherwise"],
  ["none", "3d", "otherwise"],
  ["none", "20h", "sooner"],
  ["unknown", "20h", "sooner"],
  ["20h", "unknown", "otherwise"],
  ["unknown", "none", "otherwise"],
  [undefined, "unknown", "nothing"],
  [undefined, "none", "otherwise"],
  [undefined, "0m", "sooner"],
  ["1m", "0m", "sooner"],
  ["0m", "0m", "nothing"],
];

for (const [before, now, expected] of CASES) {
  Deno.test(`a time to full of ${now} after ${before} says ${expected} that is new`, () => {
    const [previous, next] = [status(before), status(now)];
    const sooner = foretellsSooner(previous, next);
    const otherwise = foretellsOtherwise(previous, next);
    assert.equal(sooner ? "sooner" : otherwise ? "otherwise" : "nothing", expected);
  });
}
