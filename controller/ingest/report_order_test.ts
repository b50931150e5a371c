import assert from "node:assert/strict";
import { createReportOrder } from "./report_order.ts";

Deno.test("takePlace() takes rising numbers of a session, from any beginning, and each pod for itself", () => {
  const takePlace = createReportOrder();
  const rows: [string, string, number, boolean][] = [
    ["first", "a", 5, true],
    ["first", "a", 5, false],
    ["first", "a", 4, false],
    ["first", "a", 9, true],
    ["second", "a", 5, true],
    ["first", "b", 0, true],
    ["first", "b", 0, false],
    ["first", "b", 1, true],
  ];
  for (const [podUid, session, sequence, expected] of rows) {
    const row = `${podUid} ${session} ${sequence}`;
    assert.equal(takePlace(podUid, { session, sequence }), expected, row);
  }
});
