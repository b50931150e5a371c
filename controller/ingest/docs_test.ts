import assert from "node:assert/strict";

import { REASONS, refusal } from "./refusal.ts";

Deno.test("docs/controller.md describes every refusal under its status and no other", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/controller.md", import.meta.url));
  const section = docs.split("\n## Reports of agents\n")[1]?.split("\n## ")[0] ?? "";
  const described = [...section.matchAll(/^\| (\d{3}) +\|([^|]*)\|/gm)].flatMap(
    ([, status, reasons]) => [...(reasons ?? "").matchAll(/\w+/g)].map(([name]) => [status, name]),
  );
  const actual = REASONS.map((reason) => [String(refusal(reason, "").status), reason]);
  assert.deepEqual(described.map(String).toSorted(), actual.map(String).toSorted());
});
