import assert from "node:assert/strict";
import { isWordingNews } from "./wording.ts";

Deno.test("isWordingNews() is true of what people wrote, and false of what was measured", () => {
  assert.equal(isWordingNews("RequestUnreadable"), true);
  assert.equal(isWordingNews("Paused"), true);
  assert.equal(isWordingNews("AboveExpansion"), false);
  assert.equal(isWordingNews("CooldownActive"), false);
});
