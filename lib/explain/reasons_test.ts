import assert from "node:assert/strict";

import { isReason, REASONS } from "./reasons.ts";

const ROOT = new URL("../../", import.meta.url);
const ROOMS = ["lib", "controller"];

async function readSources(folder: URL): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "testing") {
      texts.push(...await readSources(new URL(`${name}/`, folder)));
    } else if (name.endsWith(".ts") && !name.endsWith("_test.ts") && name !== "reasons.ts") {
      texts.push(await Deno.readTextFile(new URL(name, folder)));
    }
  }
  return texts;
}

Deno.test("REASONS has no word that nobody says", async () => {
  const texts = (await Promise.all(ROOMS.map((room) => readSources(new URL(`${room}/`, ROOT)))))
    .flat();
  const unused = Object.keys(REASONS)
    .filter((reason) => !texts.some((text) => text.includes(`"${reason}"`)));
  assert.deepEqual(unused, []);
});

Deno.test("REASONS are words that a Kubernetes condition accepts, each with a sentence", () => {
  for (const [reason, sentence] of Object.entries(REASONS)) {
    assert.match(reason, /^[A-Z][A-Za-z]+$/);
    assert.match(sentence, /^[A-Z].*\.$/);
  }
});

Deno.test("isReason() knows the vocabulary, and not what objects inherit", () => {
  assert.ok(isReason("Paused"));
  for (const text of ["", "paused", "toString", "__proto__"]) assert.ok(!isReason(text), text);
});
