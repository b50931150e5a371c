import assert from "node:assert/strict";
import { parseConfig } from "./parse_config.ts";

/** Each line doubles the one before: a file of 1 KiB, a value of terabytes. */
function doublings(): string {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
  );
  return ["a0: &a0 [x, x]", ...lines].join("\n");
}

const HOSTILE: Readonly<Record<string, { text: string; expected: RegExp }>> = {
  "a file that is larger than any": {
    text: `nudge: true\n#${"x".repeat(2_000_000)}`,
    expected: /expected at most 1048576 characters, found 20000\d\d/,
  },
  "aliases that multiply": { text: doublings(), expected: /alias/i },
  "a nest of lists": { text: "[".repeat(50_000), expected: /stack|nest|expected/i },
  "text that is none": { text: "\u0000\u0001\uFFFD", expected: /expected an object|line 1/ },
  "a web page": {
    text: "<!DOCTYPE html>\n<html></html>\n",
    expected: /line 1: expected an object/,
  },
  "a key that is __proto__": {
    text: "__proto__: { nudge: false }\n",
    expected: /__proto__: unknown key/,
  },
};

for (const [what, { text, expected }] of Object.entries(HOSTILE)) {
  Deno.test(`parseConfig() refuses ${what} in a message that names the file`, () => {
    assert.throws(() => parseConfig(text, "config.yaml"), (error: Error) => {
      assert.match(error.message, /^Cannot use the configuration config\.yaml:\n {2}/);
      assert.match(error.message, expected);
      assert.ok(error.message.length < 2_000, `${error.message.length} characters`);
      return true;
    });
  });
}

Deno.test("parseConfig() takes an empty file, and one of comments alone, as the defaults", () => {
  for (const text of ["", "\n\n", "# nothing yet\n", "---\n"]) {
    assert.equal(parseConfig(text, "config.yaml").nudge, true);
  }
});
