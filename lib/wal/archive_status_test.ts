import assert from "node:assert/strict";

import { archiveStatusOf, parseArchiveStatuses } from "./archive_status.ts";

const NAME = "000000010000000000000007";

Deno.test("archiveStatusOf() tells waiting, done and neither apart", () => {
  const cases: readonly [string[], string][] = [
    [[], "none"],
    [[`${NAME}.done`], "done"],
    [[`${NAME}.ready`], "ready"],
    [[`${NAME}.done`, `${NAME}.ready`], "ready"],
    [[`${NAME}`, `${NAME}.done.tmp`, `${NAME}.partial.done`], "none"],
  ];
  for (const [names, status] of cases) {
    assert.equal(archiveStatusOf(NAME, parseArchiveStatuses(names)), status, names.join());
  }
});
