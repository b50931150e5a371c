import assert from "node:assert/strict";
import { inspect } from "node:util";

import { Redacted } from "./redacted.ts";

const secret = new Redacted("hunter2");

const renderings: Record<string, () => string> = {
  "a template": () => `${secret}`,
  "concatenation": () => "" + secret,
  "toString()": () => secret.toString(),
  "JSON": () => JSON.stringify({ secret }),
  "Deno.inspect": () => Deno.inspect({ nested: [secret] }, { showHidden: true }),
  "util.inspect": () => inspect({ nested: [secret] }, { showHidden: true, depth: 9 }),
  "its own entries": () => JSON.stringify([Object.entries(secret), Object.keys(secret)]),
};

for (const [place, render] of Object.entries(renderings)) {
  Deno.test(`Redacted does not show its value in ${place}`, () => {
    assert.doesNotMatch(render(), /hunter2/);
  });
}

Deno.test("Redacted.reveal() gives the value", () => {
  assert.equal(secret.reveal(), "hunter2");
});
