import assert from "node:assert/strict";
import { EXPLAIN_STATUS } from "./explain.ts";
import { WalPictureSchema } from "./wal/picture.ts";

const PAGE = await Deno.readTextFile(new URL("../docs/explain.md", import.meta.url));

Deno.test("docs/explain.md names every field of the picture, and no other", () => {
  const table = PAGE.slice(PAGE.indexOf("## JSON"), PAGE.indexOf("## What it may touch"));
  const rows = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(rows, Object.keys(WalPictureSchema.shape));
});

Deno.test("docs/explain.md names every status", () => {
  const rows = [...PAGE.matchAll(/^\| (\d) /gm)].map(([, status]) => Number(status));
  assert.deepEqual(rows, Object.values(EXPLAIN_STATUS).toSorted());
});
