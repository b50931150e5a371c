import assert from "node:assert/strict";
import { DOCUMENT_VERSION, listDocument, reportDocument } from "./document.ts";
import { STATES } from "./state.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/plugin.md", import.meta.url));

Deno.test("docs/plugin.md names every field of the documents, every state, and their version", () => {
  const fields = [...Object.keys(reportDocument.shape), ...Object.keys(listDocument.shape)];
  for (const word of [...fields, ...STATES]) {
    assert.ok(PAGE.includes(`\`${word}\``) || PAGE.includes(`\`${word}:`), word);
  }
  assert.ok(PAGE.includes(DOCUMENT_VERSION));
});
