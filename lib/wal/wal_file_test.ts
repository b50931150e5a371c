import assert from "node:assert/strict";

import { segmentSize } from "./segment.ts";
import { classifyWalFile } from "./wal_file.ts";

const SIZE = segmentSize(2 ** 24);
const NAME = "00000002000000010000000F";

Deno.test("classifyWalFile() tells every name in pg_wal apart (W17, W18)", () => {
  const cases: Record<string, string> = {
    [NAME]: "segment",
    [`${NAME}.partial`]: "partial",
    [`${NAME}.00000028.backup`]: "backupHistory",
    "00000002.history": "timelineHistory",
    "000000020000000100000100": "malformed",
    "000000020000000100000100.partial": "malformed",
    "000000010000000000000000": "malformed",
    "archive_status": "other",
    "summaries": "other",
    "xlogtemp.1234": "other",
    "RECOVERYXLOG": "other",
    "RECOVERYHISTORY": "other",
    "lost+found": "other",
    "_cnpg_probe_ab3d": "other",
    [NAME.toLowerCase()]: "other",
    [`${NAME}.gz`]: "other",
    [`${NAME}.ready`]: "other",
    [`${NAME}0`]: "other",
    "": "other",
  };
  for (const [name, kind] of Object.entries(cases)) {
    assert.equal(classifyWalFile(name, SIZE).kind, kind, name);
  }
});

Deno.test("classifyWalFile() says which segment a derived name is about", () => {
  assert.deepEqual(classifyWalFile(`${NAME}.partial`, SIZE), {
    kind: "partial",
    name: `${NAME}.partial`,
    segment: { timeline: 2, number: 256 + 15 },
  });
  assert.deepEqual(classifyWalFile("0000000A.history", SIZE), {
    kind: "timelineHistory",
    name: "0000000A.history",
    timeline: 10,
  });
});
