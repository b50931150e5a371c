import assert from "node:assert/strict";

import { parseListPage } from "./list_page.ts";

Deno.test("parseListPage() takes null for no items and an empty continue for none", () => {
  const page = parseListPage(
    { metadata: { resourceVersion: "7", continue: "" }, items: null },
    "/p",
  );
  assert.deepEqual(page, { items: [], resourceVersion: "7", continue: undefined });
});

Deno.test("parseListPage() refuses what is no list without quoting it", () => {
  for (const object of [{ kind: "s3cret" }, { metadata: {}, items: ["s3cret"] }]) {
    assert.throws(() => parseListPage(object, "/p"), (error) => {
      assert.ok(error instanceof TypeError);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  }
});
