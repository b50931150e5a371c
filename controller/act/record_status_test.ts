import assert from "node:assert/strict";

import type { EventStatus } from "../../lib/event/event.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { expansionEvent, NOW_MS, progressOf, volume } from "../../lib/testing/builders.ts";
import { endOf } from "./record_status.ts";

const ENDS: readonly [string, Reason, number][] = [
  ["could not grow", "FileSystemDeadline", 1],
  ["was held for want of a policy", "NoPolicy", 0],
  ["was passed over for a quota", "QuotaExceeded", 0],
];

for (const [what, reason, failures] of ENDS) {
  Deno.test(`endOf() counts ${failures} failures for the breaker when a volume ${what}`, () => {
    const failed = progressOf(volume(), { step: "Failed", failure: { reason, message: "" } });
    const before = expansionEvent([progressOf(volume())]);
    const status: EventStatus = { ...before.status, volumes: [failed], phase: "Failed" };
    const end = endOf(before, { ...status, completedAtMs: NOW_MS });
    assert.deepEqual([end?.result, end?.failures], ["failure", failures]);
    assert.equal(endOf({ ...before, dryRun: true }, status), undefined);
  });
}
