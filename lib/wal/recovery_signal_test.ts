import assert from "node:assert/strict";

import { roleOfSignals } from "./recovery_signal.ts";

Deno.test("roleOfSignals() lets standby.signal prevail, as PostgreSQL does", () => {
  const cases: readonly [string[], string][] = [
    [["PG_VERSION"], "primary"],
    [["standby.signal"], "standby"],
    [["recovery.signal"], "recovering"],
    [["recovery.signal", "standby.signal"], "standby"],
    [["standby.signal.old"], "primary"],
  ];
  for (const [names, role] of cases) {
    assert.equal(roleOfSignals(new Set(names)), role, names.join());
  }
});
