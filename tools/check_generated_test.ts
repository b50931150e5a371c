import assert from "node:assert/strict";
import { findDrift } from "./check_generated.ts";
import { generateAll } from "./generators.ts";

function drift(made: Record<string, string>, present: Record<string, string>): string[] {
  return findDrift(new Map(Object.entries(made)), new Map(Object.entries(present)))
    .map(({ path, line, message }) => `${path}:${line} ${message.split(":")[0]}`);
}

Deno.test("findDrift() finds nothing when every file is as it is made", () => {
  assert.deepEqual(drift({ "a.md": "1\n", "b.md": "2\n" }, { "a.md": "1\n", "b.md": "2\n" }), []);
});

Deno.test("findDrift() names the first line that differs", () => {
  assert.deepEqual(drift({ "a.md": "1\n2\n" }, { "a.md": "1\n3\n" }), ["a.md:2 is out of date"]);
  assert.deepEqual(drift({ "a.md": "1\n2\n" }, { "a.md": "1\n" }), ["a.md:2 is out of date"]);
});

Deno.test("findDrift() finds files that are missing and files that nobody makes", () => {
  assert.deepEqual(drift({ "a.md": "1\n" }, { "b.md": "1\n" }), [
    "a.md:1 is missing",
    "b.md:1 is made by no generator",
  ]);
});

Deno.test("generateAll() refuses two generators of one file", async () => {
  const generate = () => Promise.resolve(new Map([["a.md", "1\n"]]));
  assert.deepEqual([...await generateAll([generate])], [["a.md", "1\n"]]);
  await assert.rejects(generateAll([generate, generate]), /Cannot generate a\.md/);
});
