import assert from "node:assert/strict";

import type { HistoryState } from "./history/history.ts";
import { createControllerWorld } from "./reconcile/testing/controller_world.ts";
import { readinessOf } from "./status.ts";

const STATES: readonly [HistoryState, readonly string[]][] = [
  [{ kind: "kept" }, []],
  [{ kind: "off" }, []],
  [
    { kind: "unavailable", message: "found the volume full" },
    ["the history is not kept: found the volume full"],
  ],
];

for (const [state, impairments] of STATES) {
  Deno.test(`readinessOf() is ready while the history is ${state.kind}, and says what is wrong`, async () => {
    const process = await createControllerWorld().start();
    const { controller } = process;
    const history = { state: () => state };
    const probe = readinessOf(
      { controller, candidacy: undefined, history },
      new AbortController().signal,
    );
    assert.deepEqual(probe, { ok: true, reasons: [], impairments, leadership: undefined });
    await process.kill();
  });
}
