import assert from "node:assert/strict";

import { REASONS } from "../explain/reasons.ts";
import { isWalReason, WAL_REASONS } from "./reasons.ts";

Deno.test("WAL_REASONS has no word that nobody says", async () => {
  const folder = new URL("./", import.meta.url);
  let text = "";
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".ts") && !name.endsWith("_test.ts") && name !== "reasons.ts") {
      text += await Deno.readTextFile(new URL(name, folder));
    }
  }
  const unused = Object.keys(WAL_REASONS).filter((reason) => !text.includes(`"${reason}"`));
  assert.deepEqual(unused, []);
});

Deno.test("WAL_REASONS are words that a Kubernetes condition accepts, each with a sentence", () => {
  for (const [reason, sentence] of Object.entries(WAL_REASONS)) {
    assert.match(reason, /^[A-Z][A-Za-z]+$/);
    assert.match(sentence, /^[A-Z\p{L}p].*\.$/u);
  }
});

Deno.test("WAL_REASONS shares no word with the vocabulary of decisions", () => {
  const shared = Object.keys(WAL_REASONS).filter((reason) => Object.hasOwn(REASONS, reason));
  assert.deepEqual(shared, []);
});

Deno.test("isWalReason() knows the vocabulary, and not what objects inherit", () => {
  assert.ok(isWalReason("SlotHoldsWal"));
  for (const text of ["", "slotholdswal", "toString"]) assert.ok(!isWalReason(text), text);
});
