import assert from "node:assert/strict";

import type { StoryLine } from "../scene.ts";
import { formatLine, formatStoryTime } from "./format_line.ts";
import { colours } from "./paint.ts";

const LINE: StoryLine = {
  atMs: 61_000,
  cluster: "shop/orders",
  teller: "manager",
  tone: "good",
  text: "It grew",
};

Deno.test("formatLine() colours what is good and what is bad, and nothing else", () => {
  assert.ok(formatLine(LINE, colours).endsWith("\u001b[32mIt grew\u001b[39m"));
  assert.ok(formatLine({ ...LINE, tone: "bad" }, colours).endsWith("\u001b[31mIt grew\u001b[39m"));
  assert.match(
    formatLine({ ...LINE, tone: "neutral", cluster: undefined }, colours),
    / {2}It grew$/,
  );
});

Deno.test("formatStoryTime() counts minutes past the hour", () => {
  const cases = [[0, "00:00"], [59_999, "00:59"], [3_661_000, "61:01"], [-5, "00:00"]] as const;
  for (const [atMs, text] of cases) assert.equal(formatStoryTime(atMs), text);
});
