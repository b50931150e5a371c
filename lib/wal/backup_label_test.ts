import assert from "node:assert/strict";

import { parseBackupLabel } from "./backup_label.ts";

const LABEL = `START WAL LOCATION: 0/8000028 (file 000000010000000000000008)
CHECKPOINT LOCATION: 0/8000060
BACKUP METHOD: streamed
BACKUP FROM: primary
START TIME: 2025-11-26 10:00:00 UTC
LABEL: pg_basebackup base backup
START TIMELINE: 3
`;

Deno.test("parseBackupLabel() says where recovery starts", () => {
  assert.deepEqual(parseBackupLabel(LABEL), {
    kind: "present",
    startWal: 0x8000028n,
    startTimeline: 3,
  });
});

Deno.test("parseBackupLabel() takes nothing unreadable for an absent label", () => {
  for (const text of ["", LABEL.slice(0, 30), LABEL.replace("0/8000028", "0:8000028")]) {
    assert.equal(parseBackupLabel(text).kind, "unreadable", JSON.stringify(text));
  }
});
