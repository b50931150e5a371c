import assert from "node:assert/strict";

import { parseTimelineHistory } from "./timeline_history.ts";

Deno.test("parseTimelineHistory() reads switches, comments and empty lines", () => {
  const text = "# promoted twice\n\n1\t0/A000198\tno recovery target specified\n" +
    "2\t16/B374D848\tbefore 2025-11-26 10:00:00+00\n";
  assert.deepEqual(parseTimelineHistory(text), {
    kind: "known",
    switches: [
      { parentTimeline: 1, switchedAt: 0xA000198n, reason: "no recovery target specified" },
      { parentTimeline: 2, switchedAt: 0x16B374D848n, reason: "before 2025-11-26 10:00:00+00" },
    ],
  });
});

Deno.test("parseTimelineHistory() refuses what it cannot read, and does not guess the rest", () => {
  const cases = {
    "a line of another form": "1\t0/A000198\tx\nnonsense\n",
    "no position": "1\t\treason\n",
    "a position of nine digits": "1\t0/123456789\tx\n",
    "parents that do not ascend": "2\t0/A000198\tx\n1\t0/B000198\tx\n",
    "parent 0": "0\t0/A000198\tx\n",
  };
  for (const [what, text] of Object.entries(cases)) {
    assert.equal(parseTimelineHistory(text).kind, "unreadable", what);
  }
});

Deno.test("parseTimelineHistory() finds no switch in an empty file", () => {
  assert.deepEqual(parseTimelineHistory(""), { kind: "known", switches: [] });
});
